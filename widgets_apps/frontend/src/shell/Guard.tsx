/** Keeps a fault in one part of the page from taking the rest with it. React has this for classes alone. */

import { Component, type ErrorInfo, type ReactElement, type ReactNode } from "react";
import { useText } from "../texts";

export class Guard extends Component<{ readonly children: ReactNode }, { readonly fault: string | null }> {
  override state = { fault: null };

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: String(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.fault === null ? this.props.children : <Fault fault={this.state.fault} onAgain={() => this.setState({ fault: null })} />;
  }
}

function Fault({ fault, onAgain }: { fault: string; onAgain: () => void }): ReactElement {
  const t = useText();
  return (
    <div className="daisy-problem" role="alert">
      <span>{t("shell.fault", { fault })}</span>
      <button type="button" title={t("shell.again.help")} onClick={onAgain}>
        {t("shell.again")}
      </button>
    </div>
  );
}
