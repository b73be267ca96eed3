import type { Administration } from '../../access-port.ts';
import { refusal } from './refusal.ts';

/** The first account is made by the setup link or on the machine: whoever is at it is not known by name. */
export function whileThereAre(
  administration: Administration,
  isOpen: () => boolean,
): Administration {
  const closed = refusal('SVT_FORBIDDEN', 'there are no accounts yet');
  const refuse = async () => closed;
  const now = () => (isOpen() ? shut : administration);
  const shut: Administration = {
    accounts: () => [],
    tokens: () => [],
    addAccount: refuse,
    changeAccount: refuse,
    removeAccount: refuse,
    makeLink: refuse,
    removeSecondFactors: refuse,
    signOutEverywhere: refuse,
    addToken: refuse,
    removeToken: refuse,
  };
  return {
    accounts: () => now().accounts(),
    tokens: () => now().tokens(),
    addAccount: (...given) => now().addAccount(...given),
    changeAccount: (...given) => now().changeAccount(...given),
    removeAccount: (...given) => now().removeAccount(...given),
    makeLink: (...given) => now().makeLink(...given),
    removeSecondFactors: (...given) => now().removeSecondFactors(...given),
    signOutEverywhere: (...given) => now().signOutEverywhere(...given),
    addToken: (...given) => now().addToken(...given),
    removeToken: (...given) => now().removeToken(...given),
  };
}
