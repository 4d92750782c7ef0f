export const formTexts = {
  "form.none": { en: "none", zh: "无" },
  "form.auto": { en: "auto", zh: "自动" },
  "form.none.help": { en: "Give no value", zh: "不设置" },
  "form.auto.help": { en: "Let it be found", zh: "自动确定" },
  "form.part": { en: "{label}, {number} of {count}", zh: "{label}，第 {number} 个（共 {count} 个）" },
  "form.browse": { en: "Browse", zh: "浏览" },
  "form.browse.help": { en: "Choose a file or folder", zh: "选择文件或文件夹" },
  "form.above": { en: "above {value}", zh: "大于 {value}" },
  "form.minimum": { en: "at least {value}", zh: "不小于 {value}" },
  "form.below": { en: "below {value}", zh: "小于 {value}" },
  "form.maximum": { en: "at most {value}", zh: "不大于 {value}" },
} as const;
