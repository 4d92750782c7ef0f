/** What is worth knowing of something that went well. */

import type { ReactElement } from "react";

export function Notes({ of }: { of: readonly string[] }): ReactElement {
  return (
    <>
      {of.map((note) => (
        <span key={note} className="daisy-note" role="note">
          {note}
        </span>
      ))}
    </>
  );
}
