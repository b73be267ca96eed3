const TRANSFER_SECONDS = 2;
const STABLE_SECONDS = 600;

export interface TransferSurroundings {
  isMainsPresent: boolean;
  isGeneratorProducing: boolean;
}

/**
 * An automatic transfer switch (ATS). It opens at once when its source dies, takes the generator after
 * 2 s of its voltage, and goes back after mains has been stable for 10 min, or at once where the
 * generator dies before (judgement).
 */
export class TransferSwitch {
  position: 'mains' | 'generator' | 'off' = 'mains';
  /** It never leaves mains. */
  isStuck = false;
  #mainsSeconds = 0;
  #generatorSeconds = 0;

  step(dtSeconds: number, { isMainsPresent, isGeneratorProducing }: TransferSurroundings): void {
    this.#mainsSeconds = isMainsPresent ? this.#mainsSeconds + dtSeconds : 0;
    this.#generatorSeconds = isGeneratorProducing ? this.#generatorSeconds + dtSeconds : 0;
    if (this.isStuck) {
      this.position = isMainsPresent ? 'mains' : 'off';
      return;
    }
    if (this.position === 'mains' && !isMainsPresent) this.position = 'off';
    if (this.position === 'generator') {
      if (!isGeneratorProducing) this.position = 'off';
      else if (this.#mainsSeconds >= STABLE_SECONDS) this.position = 'mains';
    }
    if (this.position !== 'off') return;
    if (isMainsPresent) this.position = 'mains';
    else if (isGeneratorProducing && this.#generatorSeconds >= TRANSFER_SECONDS) {
      this.position = 'generator';
    }
  }
}
