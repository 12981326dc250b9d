"use strict";

/* All that the page says, in both languages. */
const WORDS = {
  en: {
    other: "中文",
    token: "The server's token",
    enter: "Enter",
    tokenHelp: "It stands in the file that `studio serve` named when it started, and stays in this tab only.",
    badToken: "This is not the server's token.",
    prompt: "What the picture should show",
    picture: "Begin with a picture (or leave this empty)",
    without: "Without it",
    brush: "Brush",
    clear: "Clear the mask",
    maskHelp: "Paint over what is to be made anew. Without a mask the whole picture is made anew.",
    count: "Pictures",
    seed: "Seed",
    distance: "Distance",
    create: "Create",
    edit: "Edit",
    vary: "Variations",
    cancel: "Cancel",
    history: "History",
    more: "Older ones",
    use: "Begin with it",
    save: "Save",
    waiting: "It waits for its turn …",
    working: "It is being made …",
    done: "Done.",
    cancelled: "Cancelled.",
    noPrompt: "Write what the picture should show.",
    unreachable: "The server does not answer. Look whether it still runs.",
  },
  zh: {
    other: "English",
    token: "服务器的令牌",
    enter: "进入",
    tokenHelp: "令牌写在 `studio serve` 启动时所说的文件里，只保留在此标签页中。",
    badToken: "这不是此服务器的令牌。",
    prompt: "图片要表现什么",
    picture: "从一张图片开始（也可不选）",
    without: "不用它",
    brush: "画笔",
    clear: "清除蒙版",
    maskHelp: "涂抹要重新绘制的部分。没有蒙版时重新绘制整张图片。",
    count: "张数",
    seed: "种子",
    distance: "距离",
    create: "生成",
    edit: "编辑",
    vary: "变体",
    cancel: "取消",
    history: "历史",
    more: "更早的",
    use: "从它开始",
    save: "保存",
    waiting: "正在排队……",
    working: "正在生成……",
    done: "完成。",
    cancelled: "已取消。",
    noPrompt: "请写出图片要表现什么。",
    unreachable: "服务器没有回应。请查看它是否仍在运行。",
  },
};

let language = localStorage.getItem("language") || (navigator.language.startsWith("zh") ? "zh" : "en");

const say = (key) => WORDS[language][key];

function showWords() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.getElementById("language").textContent = say("other");
  for (const element of document.querySelectorAll("[data-words]")) {
    element.textContent = say(element.dataset.words) || element.textContent;
  }
}

function changeLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  showWords();
}
