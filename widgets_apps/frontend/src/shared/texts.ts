export const sharedTexts = {
  "preview.of": { en: "Preview: {what}", zh: "预览：{what}" },
  "preview.busy": { en: "computing…", zh: "正在计算…" },
  "preview.wrong": { en: "a value is refused, see the marked field; this is the picture before it", zh: "有数值未被接受，请见标出的字段；此图为之前的结果" },
  "preview.seconds": { en: "{seconds} s", zh: "{seconds} 秒" },
} as const;
