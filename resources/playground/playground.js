"use strict";

const $ = (id) => document.getElementById(id);
const paper = new MaskPaper($("canvas"), $("brush"));
let token = sessionStorage.getItem("token") || "";
let running = null;
let oldest = null;

/* ---- the server */

async function ask(path, options = {}) {
  const headers = { ...options.headers, Authorization: `Bearer ${token}` };
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, credentials: "omit" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Error(say("unreachable"));
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    const error = new Error(told.error?.message || `HTTP ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return answer;
}

async function* eventsOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      if (data) {
        yield JSON.parse(data.slice(6));
      }
    }
  }
}

/* ---- asking for pictures */

function common() {
  const asked = { n: $("count").valueAsNumber || 1 };
  if ($("seed").value) {
    asked.seed = $("seed").valueAsNumber;
  }
  return asked;
}

function form(fields, files) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    data.append(name, String(value));
  }
  for (const [name, file] of Object.entries(files)) {
    data.append(name, file, name);
  }
  return data;
}

async function create() {
  const prompt = $("prompt").value.trim();
  if (!prompt && !paper.file) {
    show(say("noPrompt"), true);
    return;
  }
  const asked = { ...common(), prompt, stream: true, partial_images: 3 };
  if (!paper.file) {
    const headers = { "Content-Type": "application/json" };
    await follow("/v1/images/generations", () => ({ headers, body: JSON.stringify(asked) }));
    return;
  }
  await follow("/v1/images/edits", async () => {
    const mask = paper.isPainted ? { mask: await paper.png() } : {};
    return { body: form(asked, { image: paper.file, ...mask }) };
  });
}

async function vary() {
  const asked = { ...common(), distance: $("distance").value };
  await work(async (signal) => {
    const body = form(asked, { image: paper.file });
    const answer = await ask("/v1/images/variations", { method: "POST", body, signal });
    (await answer.json()).data.forEach((picture, index) => place(picture, index));
  });
}

async function follow(path, options) {
  await work(async (signal) => {
    const answer = await ask(path, { method: "POST", ...(await options()), signal });
    let finished = 0;
    show(say("working"));
    for await (const event of eventsOf(answer)) {
      if (event.error) {
        throw new Error(event.error.message);
      }
      place(event, finished);
      finished += event.type.endsWith(".completed") ? 1 : 0;
    }
  });
}

async function work(call) {
  running?.abort();
  running = new AbortController();
  const own = running;
  $("results").replaceChildren();
  $("cancel").hidden = false;
  $("create").disabled = $("vary").disabled = true;
  show(say("waiting"));
  try {
    await call(own.signal);
    show(say("done"));
  } catch (error) {
    show(error.name === "AbortError" ? say("cancelled") : error.message, error.name !== "AbortError");
  } finally {
    $("cancel").hidden = true;
    $("create").disabled = $("vary").disabled = false;
    await refresh();
  }
}

/* ---- what is shown */

function show(text, isError = false) {
  const key = Object.keys(WORDS.en).find((name) => say(name) === text);
  $("status").textContent = text;
  $("status").dataset.words = key || "";
  $("status").classList.toggle("error", isError);
}

function place(picture, index) {
  const figure = $("results").children[index] || $("results").appendChild(document.createElement("figure"));
  const image = document.createElement("img");
  image.src = `data:image/png;base64,${picture.b64_json}`;
  image.alt = $("prompt").value;
  const parts = [image];
  if (picture.library_id) {
    const caption = document.createElement("figcaption");
    caption.textContent = [picture.seed === null ? "" : `${say("seed")} ${picture.seed}`, ...(picture.notes || [])]
      .filter(Boolean)
      .join(" · ");
    parts.push(caption, useButton(async () => (await fetch(image.src)).blob()), saveLink(image.src, picture.library_id));
  }
  figure.replaceChildren(...parts);
}

function useButton(fetchPicture) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.words = "use";
  button.textContent = say("use");
  button.addEventListener("click", async () => begin(await fetchPicture()));
  return button;
}

function saveLink(source, id) {
  const link = document.createElement("a");
  link.href = source;
  link.download = `${id}.png`;
  link.className = "muted";
  link.dataset.words = "save";
  link.textContent = say("save");
  return link;
}

async function refresh(before = null) {
  const answer = await ask(`/v1/library?limit=24${before === null ? "" : `&before=${before}`}`);
  const { data, has_more } = await answer.json();
  const figures = await Promise.all(data.filter((record) => !record.missing).map(thumbnail));
  if (before === null) {
    $("history").replaceChildren(...figures);
  } else {
    $("history").append(...figures);
  }
  oldest = data.length ? data[data.length - 1].sequence : null;
  $("more").hidden = !has_more;
}

async function thumbnail(record) {
  const figure = document.createElement("figure");
  const image = document.createElement("img");
  const address = URL.createObjectURL(await (await ask(`/v1/library/${record.id}/thumbnail`)).blob());
  image.addEventListener("load", () => URL.revokeObjectURL(address));
  image.src = address;
  const params = record.recipe.params || {};
  image.alt = image.title = typeof params.prompt === "string" ? params.prompt : record.recipe.task;
  const whole = async () => (await ask(`/v1/library/${record.id}/picture`)).blob();
  figure.append(image, document.createElement("br"), useButton(whole));
  return figure;
}

/* ---- the picture that is begun with */

async function begin(file) {
  try {
    await paper.open(file);
  } catch (error) {
    show(error.message, true);
    return;
  }
  showPaper(true);
  $("paper").scrollIntoView({ block: "nearest" });
}

function showPaper(isThere) {
  $("paper").hidden = $("drop").hidden = $("vary").hidden = !isThere;
  for (const element of document.querySelectorAll(".of-variation")) {
    element.hidden = !isThere;
  }
  $("create").dataset.words = isThere ? "edit" : "create";
  showWords();
}

/* ---- the beginning */

async function enter() {
  try {
    await refresh();
    sessionStorage.setItem("token", token);
    $("entry").hidden = true;
    $("studio").hidden = false;
  } catch (error) {
    if (token) {
      $("entry").querySelector("p").textContent = error.status === 401 ? say("badToken") : error.message;
    }
    $("entry").hidden = false;
  }
}

function start() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    token = given;
    history.replaceState(null, "", location.pathname); // it shall not stay in the address
  }
  $("language").addEventListener("click", changeLanguage);
  $("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    token = $("token").value.trim();
    enter();
  });
  $("order").addEventListener("submit", (event) => {
    event.preventDefault();
    create();
  });
  $("vary").addEventListener("click", vary);
  $("cancel").addEventListener("click", () => running?.abort());
  $("clear").addEventListener("click", () => paper.clear());
  $("more").addEventListener("click", () => refresh(oldest));
  $("picture").addEventListener("change", () => $("picture").files[0] && begin($("picture").files[0]));
  $("drop").addEventListener("click", () => {
    paper.close();
    $("picture").value = "";
    showPaper(false);
  });
  showPaper(false);
  enter();
}

start();
