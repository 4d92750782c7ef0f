// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { RequestError } from "../../src/channel";
import { useLatest } from "../../src/shared/latest";

afterEach(cleanup);

/** Questions that are answered by hand. */
class Questions {
  readonly open: { name: string; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];

  ask(name: string): () => Promise<string> {
    return () => new Promise((resolve, reject) => this.open.push({ name, resolve, reject }));
  }

  get names(): string[] {
    return this.open.map((one) => one.name);
  }

  async answer(index: number): Promise<void> {
    await act(async () => this.open[index]?.resolve(`answer to ${this.open[index]?.name}`));
  }
}

function begin(questions: Questions) {
  return renderHook(({ ask }) => useLatest(ask), { initialProps: { ask: questions.ask("a") as (() => Promise<string>) | null } });
}

it("of the questions that come meanwhile only the newest is asked", async () => {
  const questions = new Questions();
  const { result, rerender } = begin(questions);
  for (const name of ["b", "c", "d"]) rerender({ ask: questions.ask(name) });
  expect(questions.names).toEqual(["a"]);
  await questions.answer(0);
  expect(result.current).toMatchObject({ value: "answer to a", isBusy: true });
  expect(questions.names).toEqual(["a", "d"]);
  await questions.answer(1);
  expect(result.current).toMatchObject({ value: "answer to d", isBusy: false });
});

it("the last answer stays beside what went wrong", async () => {
  const questions = new Questions();
  const { result, rerender } = begin(questions);
  await questions.answer(0);
  rerender({ ask: questions.ask("b") });
  await act(async () => questions.open[1]?.reject(new RequestError("the file is gone", "open another")));
  expect(result.current).toMatchObject({ value: "answer to a", problem: { message: "the file is gone" }, isBusy: false });
});

it("an answer from before nothing was asked is not taken", async () => {
  const questions = new Questions();
  const { result, rerender } = begin(questions);
  rerender({ ask: null });
  rerender({ ask: questions.ask("b") });
  await questions.answer(0);
  expect(result.current.value).toBeNull();
  await questions.answer(1);
  expect(result.current.value).toBe("answer to b");
});
