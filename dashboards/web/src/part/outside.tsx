import { outsideText } from '../view/outside-text.ts';

/** A name or word from a device or person, which cannot turn around the text beside it. */
export function Outside({ text }: { text: string }) {
  return <bdi>{outsideText(text)}</bdi>;
}
