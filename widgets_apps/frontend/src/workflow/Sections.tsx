/** The input, a form for each step, the run and its results, in one column. */

import { type ReactElement, type ReactNode, useId } from "react";
import type { Channel } from "../channel";
import { InputEntry } from "../files/InputEntry";
import { PathForm } from "../files/PathForm";
import { FieldError } from "../form/Form";
import { defaultOf, type Field, same, valueOf } from "../form/model";
import type { Host } from "../host";
import { Results } from "../results/Results";
import { Export } from "../run/Export";
import type { RunOptions } from "../run/running";
import { RunSettings } from "../run/RunSettings";
import { ProblemNote } from "../shell/problem";
import { useText } from "../texts";
import type { Workflow } from "./state";
import type { Description, Section } from "./types";

/** Fields of a step beyond which they are folded until one of them is set. */
const LONG = 6;

interface Props {
  readonly channel: Channel;
  readonly host: Host;
  readonly workflow: Workflow;
  readonly description: Description;
  readonly options: RunOptions;
  readonly onOptions: (change: Partial<RunOptions>) => void;
  /** Changes when a run ends. */
  readonly ended: string;
  readonly shown: readonly string[];
  readonly onShow: (paths: readonly string[]) => void;
}

export function Sections(props: Props): ReactElement {
  const { description, workflow } = props;
  const t = useText();
  const steps = description.sections.filter((section) => section.name !== "");
  return (
    <div className="daisy-column">
      {description.input !== null && (
        <Block title={t("app.input")}>
          <Input {...props} />
        </Block>
      )}
      {description.sections.map((section) => (
        <Block key={section.name} title={section.name || section.algorithm} note={section.help}>
          <SectionForm {...props} section={section} />
        </Block>
      ))}
      {steps.length === 0 && <p className="daisy-muted">{t("app.unset")}</p>}
      <Block title={t("app.run")}>
        <Run {...props} />
      </Block>
      <Block title={t("app.results")}>
        <Results
          channel={props.channel}
          host={props.host}
          part="workflow"
          testId="app-results"
          ended={props.ended}
          shown={props.shown}
          onShow={props.onShow}
          onAgain={(input, parameters) => void workflow.open(input, parameters)}
        />
      </Block>
    </div>
  );
}

function Block({ title, note, children }: { title: string; note?: string; children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section className="daisy-step" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note && <p className="daisy-muted">{note}</p>}
      {children}
    </section>
  );
}

function Input({ channel, host, workflow, description }: Props): ReactElement {
  const t = useText();
  const { input, isOpening, problem, errors, open } = workflow;
  const field = fieldOf(description, description.input);
  return (
    <>
      <InputEntry
        channel={channel}
        host={host}
        label={field?.label ?? t("app.input")}
        help={field?.help || t("app.input")}
        path={input}
        opened={input || null}
        isOpening={isOpening}
        error={errors[description.input ?? ""]}
        onOpen={(path) => void open(path)}
        prefix="app"
      />
      <ProblemNote problem={problem} />
    </>
  );
}

/** The parameters of a step but its input and its output, which stand elsewhere. */
function SectionForm({ channel, host, workflow, description, section }: Props & { section: Section }): ReactElement {
  const t = useText();
  const id = useId();
  const { values, errors, set } = workflow;
  const elsewhere = [description.input, description.output].filter((name) => name !== null);
  const fields = section.fields.filter((field) => !elsewhere.includes(field.name));
  const form = (
    <PathForm
      channel={channel}
      host={host}
      form={{ fields }}
      values={values}
      errors={errors}
      onChange={set}
      testIds={Object.fromEntries(fields.map(({ name }) => [name, `app-${name}`]))}
    />
  );
  const isTouched = fields.some((field) => errors[field.name] !== undefined || !same(valueOf(field, values), defaultOf(field)));
  return (
    <>
      {fields.length === 0 && <p className="daisy-muted">{t("app.noFields")}</p>}
      <FieldError id={`${id}-error`} error={section.name === "" ? undefined : errors[section.name]} />
      {fields.length <= LONG || section.name === "" ? (
        form
      ) : (
        <details open={isTouched || undefined}>
          <summary title={t("app.fields.help")}>{t("app.fields", { count: fields.length })}</summary>
          {form}
        </details>
      )}
    </>
  );
}

function Run({ channel, host, workflow, description, options, onOptions }: Props): ReactElement {
  const t = useText();
  const { values, errors, set, check, parameters, output, isReady } = workflow;
  const field = fieldOf(description, description.output);
  return (
    <>
      {field !== undefined && (
        <PathForm
          channel={channel}
          host={host}
          form={{ fields: [field] }}
          values={values}
          errors={errors}
          onChange={set}
          testIds={{ [field.name]: "app-output" }}
        />
      )}
      <FieldError id="app-run-error" error={errors[""]} />
      <RunSettings channel={channel} check={check} options={options} onOptions={onOptions} prefix="app" />
      <details>
        <summary title={t("run.export.help")}>{t("run.export")}</summary>
        <Export
          kinds={["graph"]}
          output={output}
          isReady={isReady}
          write={async (_, path) => (await channel.request<{ path: string }>("workflow.export", { parameters, path })).result.path}
        />
      </details>
    </>
  );
}

function fieldOf(description: Description, name: string | null): Field | undefined {
  return description.sections.flatMap((section) => section.fields).find((field) => field.name === name);
}
