/** One question at a time; of those that come while it is answered only the newest is asked. */

import { problemOf, type Problem } from "../shell/problem";

export class Newest {
  #isAsking = false;
  #next: (() => Promise<void>) | null = null;

  constructor(readonly onProblem: (problem: Problem) => void) {}

  ask(question: () => Promise<void>): void {
    this.#next = question;
    if (!this.#isAsking) void this.#drain();
  }

  /** What still waits is not asked. */
  drop(): void {
    this.#next = null;
  }

  async #drain(): Promise<void> {
    this.#isAsking = true;
    while (this.#next !== null) {
      const question = this.#next;
      this.#next = null;
      try {
        await question();
      } catch (error) {
        const problem = problemOf(error);
        if (problem !== null) this.onProblem(problem);
      }
    }
    this.#isAsking = false;
  }
}
