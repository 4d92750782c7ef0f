export const workflowTexts = {
  "app.input": { en: "Input", zh: "输入" },
  "app.run": { en: "Run", zh: "运行" },
  "app.results": { en: "Results", zh: "结果" },
  "app.nothing": { en: "Open an input to begin.", zh: "请先打开输入数据。" },
  "app.unset": { en: "Steps are shown once the workflow has its parameters.", zh: "填写工作流参数后显示各步骤。" },
  "app.noFields": { en: "Nothing to set.", zh: "无需设置。" },
  "app.preview": { en: "Preview", zh: "预览" },
  "app.data": { en: "Show", zh: "显示" },
  "app.data.help": { en: "The data object that is computed and shown, as step.output", zh: "计算并显示的数据对象，格式为 步骤.输出" },
  "app.across": { en: "Across", zh: "垂直于" },
  "app.across.help": { en: "The dimension that the picture lies across", zh: "与图像垂直的维度" },
  "app.index.help": { en: "Where on {dim} the picture is computed", zh: "在 {dim} 上计算图像的位置" },
} as const;
