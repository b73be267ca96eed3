import { type Browser, chromium } from 'playwright-core';
import { requireCommand } from './installed.ts';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, headless. Each test opens its own context, which shares nothing. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: requireCommand('chromium'), args: ARGUMENTS });
}
