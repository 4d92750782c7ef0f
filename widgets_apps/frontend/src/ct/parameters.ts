/** Chinese words for the parameters of the workflow; one that is not here is shown in English, as it is declared. */

import type { FieldWords } from "../form/Form";
import type { Field } from "../form/model";
import { type Language, useLanguage } from "../texts";

const chinese: Readonly<Record<string, FieldWords>> = {
  input: { label: "扫描数据", help: "HDF5 文件、TIFF 文件夹或文件名模式" },
  output: { label: "输出", help: "体数据：.h5 .nxs .zarr；.tif 为文件夹" },
  data: { label: "数据类型", help: "投影的含义：计数、透射率或吸收" },
  format: { label: "格式", help: "扫描的格式；不填则自动识别" },
  projections: { label: "投影数据集", help: "格式未说明时，投影所在的数据集" },
  flats: { label: "平场", help: "平场的数据集、文件夹或模式" },
  darks: { label: "暗场", help: "暗场的数据集、文件夹或模式" },
  angles: { label: "角度", help: "角度的数据集或文件" },
  angle_unit: { label: "角度单位", help: "扫描未说明时填写" },
  angle_range: { label: "角度范围", help: "第一个和最后一个角度" },
  dims: { label: "轴顺序", help: "投影各轴的顺序，如 row,angle,column" },
  pattern: { label: "文件名模式", help: "文件夹中的哪些文件" },
  pixel_size: { label: "像素尺寸", help: "不填则取自扫描" },
  energy: { label: "能量", help: "不填则取自扫描" },
  distance: { label: "距离", help: "样品到探测器；不填则取自扫描" },
  crop: { label: "裁剪列", help: "保留的探测器列范围" },
  rows: { label: "行范围", help: "重建的探测器行范围" },
  binning: { label: "合并像素", help: "合并为一个的行数和列数" },
  zingers: { label: "去除亮点", help: "以计数为单位的阈值；不填则不去除" },
  minimum: { label: "透射率下限", help: "透射率的最小值" },
  air: { label: "空气列", help: "两端没有样品的列数；不填则不使用" },
  background: { label: "背景区域", help: "没有样品的区域：起始行、结束行、起始列、结束列" },
  phase: { label: "相位恢复 δ/β", help: "Paganin 相位恢复的 δ/β；不填则不恢复" },
  center: { label: "旋转中心", help: "自动或一个数值" },
  search: { label: "搜索范围", help: "自动查找旋转中心的范围" },
  stripes: { label: "去除条纹", help: "去除条纹（环状伪影）的方法" },
  algorithm: { label: "算法", help: "重建算法" },
  filter: { label: "滤波器", help: "重建所用的滤波器" },
  cutoff: { label: "截止频率", help: "滤波器截止频率，相对于奈奎斯特频率" },
  mask: { label: "圆形区域", help: "保留圆的半径，相对于半宽；不填则不裁剪" },
  dtype: { label: "数值类型", help: "输出的类型；整数会重新缩放" },
  limits: { label: "数值范围", help: "对应最小和最大整数的数值；不填则取体数据的范围" },
};

/** Labels where the parameter's name is no word. */
const english: Readonly<Record<string, string>> = { dtype: "Number type" };

export function useFieldWords(): (field: Field) => FieldWords {
  const language = useLanguage();
  return (field) => fieldWords(field, language);
}

export function fieldWords(field: Field, language: Language): FieldWords {
  const { label, help } = field;
  return (language === "zh" ? chinese[field.name] : undefined) ?? { label: english[field.name] ?? label, help };
}
