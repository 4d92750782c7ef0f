/** What is worth knowing of something that went well. */

import type { ReactElement } from "react";
import { useSentence } from "../sentences";

export function Notes({ of }: { of: readonly string[] }): ReactElement {
  const say = useSentence();
  return (
    <>
      {of.map((note) => (
        <span key={note} className="daisy-note" role="note">
          {say(note)}
        </span>
      ))}
    </>
  );
}
