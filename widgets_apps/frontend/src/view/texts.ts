export const viewTexts = {
  "view.first": { en: "Array", zh: "数组" },
  "view.first.help": { en: "An HDF5 file, a Zarr store, or a folder of TIFF files", zh: "HDF5 文件、Zarr 存储或 TIFF 文件夹" },
  "view.second": { en: "Beside it", zh: "对比" },
  "view.second.help": { en: "Another array, to compare with; empty: none", zh: "用于对比的另一个数组；留空则无" },
  "view.nothing": { en: "Open an array to look at it.", zh: "请先打开一个数组。" },
} as const;
