/** A dialog over the page; Escape closes it, and the focus stays in it. */

import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";
import { useText } from "../texts";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

export function Dialog({ title, onClose, children, footer }: Props): ReactElement {
  const t = useText();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="daisy-dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" title={t("shell.close")} aria-label={t("shell.close")} onClick={onClose}>
          ×
        </button>
      </header>
      <div className="daisy-dialog-body">{children}</div>
      {footer !== undefined && <footer>{footer}</footer>}
    </dialog>
  );
}
