// What the hub's own pages do in the browser. Texts come from the page, which is in the reader's language.
"use strict";

const page = document.body.dataset;

function showTimes() {
  const form = new Intl.DateTimeFormat(page.language, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.textContent = form.format(new Date(time.dateTime));
  }
}

// Stops or removes a server by the hub's API, then shows what is true now.
async function remove(button) {
  if (button.dataset.sure && !window.confirm(button.dataset.sure)) return;
  button.disabled = true;
  const failure = document.querySelector("[data-failure]");
  failure.hidden = true;
  try {
    const answer = await fetch(button.dataset.delete, {
      method: "DELETE",
      headers: { "X-XSRFToken": page.xsrf, "Content-Type": "application/json" },
      body: JSON.stringify({ remove: button.dataset.remove === "true" }),
    });
    if (!answer.ok) {
      const told = await answer.json().catch(() => ({}));
      throw new Error(told.message || `${answer.status} ${answer.statusText}`);
    }
    if (button.dataset.next) window.location.assign(button.dataset.next);
    else window.location.reload();
  } catch (error) {
    failure.textContent = error.message;
    failure.hidden = false;
    button.disabled = false;
  }
}

// States of the servers on a page, in order.
const states = (root) => [...root.querySelectorAll("[data-state]")].map((row) => row.dataset.state).join();

// A page that shows a server on its way looks again, and changes only when the server did.
function lookAgain() {
  const waits = document.querySelector("[data-look-again]");
  const moving = document.querySelector('[data-state="starting"], [data-state="stopping"]');
  if (!waits && !moving) return;
  window.setInterval(async () => {
    if (waits) return window.location.reload();
    const answer = await fetch(window.location.href).catch(() => null);
    if (!answer?.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (states(now) !== states(document)) window.location.reload();
  }, 3000);
}

// The hub remembers the last choice; the browser does where the hub knows none of it.
function rememberProfile(form) {
  const key = "daisy-profile";
  if (form.dataset.remembered === undefined) {
    const radios = [...form.querySelectorAll("[name=profile]")];
    const last = radios.find((radio) => radio.value === window.localStorage.getItem(key));
    if (last) last.checked = true;
  }
  form.addEventListener("submit", () => {
    window.localStorage.setItem(key, form.elements.profile.value);
    form.querySelector("button[type=submit]").disabled = true;
  });
  // A page that the browser kept and shows again can be used again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}

function newServer(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.assign(form.dataset.newServer + encodeURIComponent(form.querySelector("input").value));
  });
}

// JupyterHub's own events carry English sentences and no key; these are their places on the way.
const STEPS = { 0: "requested", 50: "process", 100: "ready" };

function followProgress(panel) {
  const texts = JSON.parse(panel.dataset.texts);
  const bar = panel.querySelector("progress");
  const message = panel.querySelector("#progress-message");
  const log = panel.querySelector("[data-log]");
  const elapsed = panel.querySelector("[data-elapsed]");
  const begun = Date.now();
  const clock = window.setInterval(() => {
    elapsed.textContent = panel.dataset.seconds.replace("{seconds}", Math.round((Date.now() - begun) / 1000));
  }, 1000);

  const say = (words) => {
    if (message.textContent !== words) message.textContent = words;
    if (log.lastElementChild?.textContent === words) return;
    log.append(Object.assign(document.createElement("li"), { textContent: words }));
  };
  const end = () => {
    source.close();
    window.clearInterval(clock);
  };
  const source = new EventSource(panel.dataset.progress);
  source.onerror = () => {
    say(texts.lost);
    // The proxy answered in the hub's place: a browser asks no more by itself.
    if (source.readyState === EventSource.CLOSED) window.setTimeout(() => window.location.reload(), 3000);
  };
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (told.progress !== undefined) bar.value = told.progress;
    if (told.ready) {
      say(texts.ready);
      end();
      // The hub redirects this page to the server that is ready.
      window.location.reload();
    } else if (told.failed) {
      say(texts.failed);
      end();
      // The hub's page of the failure says why, and offers another start.
      window.location.reload();
    } else {
      say(told.texts?.[page.language] || texts[STEPS[told.progress]] || told.message);
    }
  };
}

showTimes();
lookAgain();
for (const button of document.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", () => remove(button));
}
for (const form of document.querySelectorAll("#spawn_form")) rememberProfile(form);
for (const form of document.querySelectorAll("[data-new-server]")) newServer(form);
for (const panel of document.querySelectorAll("[data-progress]")) followProgress(panel);
