import { useState } from 'preact/hooks';
import { feed } from '../../feed/store.ts';
import { language } from '../../language.ts';
import { Outside } from '../../part/outside.tsx';
import { pageTexts } from '../page-texts.ts';
import { type ScopeChoice, toggled } from './scope-state.ts';

interface Choice {
  id: string;
  label: string;
}

/** What the fleet has, and what the scope names though the fleet no longer has it. */
function regionChoices(chosen: readonly string[]): Choice[] {
  const known = [...feed.value.sites.values()].flatMap(({ region }) => region ?? []);
  return [...new Set([...known, ...chosen])].sort().map((id) => ({ id, label: id }));
}

function siteChoices(chosen: readonly string[]): Choice[] {
  const known = [...feed.value.sites.values()].map(({ id, name }) => ({
    id,
    label: name[language.value],
  }));
  const gone = chosen.filter((id) => !feed.value.sites.has(id)).map((id) => ({ id, label: id }));
  return [...known, ...gone].sort((a, b) => a.label.localeCompare(b.label, language.value));
}

function Checks({ legend, choices, chosen, onToggle }: ChecksProps) {
  if (choices.length === 0) return null;
  return (
    <fieldset class="checks">
      <legend>{legend}</legend>
      {choices.map(({ id, label }) => (
        <label key={id} class="check">
          <input
            type="checkbox"
            value={id}
            checked={chosen.includes(id)}
            onChange={() => onToggle(id)}
          />
          <Outside text={label} />
        </label>
      ))}
    </fieldset>
  );
}

interface ChecksProps {
  legend: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  onToggle(id: string): void;
}

const FILTER_FROM = 10;

function Limits({ choice, onChange }: ScopeEditorProps) {
  const { administer: words } = pageTexts.value;
  const [query, setQuery] = useState('');
  const all = siteChoices(choice.sites);
  const wanted = query.trim().toLowerCase();
  const sites = all.filter(
    ({ id, label }) => choice.sites.includes(id) || `${id} ${label}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <Checks
        legend={words.regions}
        choices={regionChoices(choice.regions)}
        chosen={choice.regions}
        onToggle={(id) => onChange({ ...choice, regions: toggled(choice.regions, id) })}
      />
      {all.length > FILTER_FROM && (
        <input
          type="search"
          placeholder={words.findSite}
          aria-label={words.findSite}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      )}
      <Checks
        legend={words.sites}
        choices={sites}
        chosen={choice.sites}
        onToggle={(id) => onChange({ ...choice, sites: toggled(choice.sites, id) })}
      />
    </>
  );
}

/** All sites, or the regions and sites that somebody is limited to. */
export function ScopeEditor(props: ScopeEditorProps) {
  const { administer: words } = pageTexts.value;
  const { choice, onChange } = props;
  const radio = (isLimited: boolean, label: string) => (
    <label class="check">
      <input
        type="radio"
        name="scope"
        value={isLimited ? 'limited' : 'everything'}
        checked={choice.isLimited === isLimited}
        onChange={() => onChange({ ...choice, isLimited })}
      />
      {label}
    </label>
  );
  return (
    <fieldset class="scope" data-part="scope">
      <legend>{words.scope}</legend>
      {radio(false, words.everything)}
      {radio(true, words.limited)}
      {choice.isLimited && <Limits {...props} />}
    </fieldset>
  );
}

interface ScopeEditorProps {
  choice: ScopeChoice;
  onChange(choice: ScopeChoice): void;
}
