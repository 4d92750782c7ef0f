/** Draws a small volume in 3-D with vtk.js; a bundle of its own, since few need it. */

import "@kitware/vtk.js/Rendering/Profiles/Volume";
import vtkDataArray from "@kitware/vtk.js/Common/Core/DataArray";
import vtkImageData from "@kitware/vtk.js/Common/DataModel/ImageData";
import vtkPiecewiseFunction from "@kitware/vtk.js/Common/DataModel/PiecewiseFunction";
import vtkColorTransferFunction from "@kitware/vtk.js/Rendering/Core/ColorTransferFunction";
import vtkVolume from "@kitware/vtk.js/Rendering/Core/Volume";
import vtkVolumeMapper from "@kitware/vtk.js/Rendering/Core/VolumeMapper";
import vtkGenericRenderWindow from "@kitware/vtk.js/Rendering/Misc/GenericRenderWindow";

/** Levels from 0 to 255, the last axis fastest. `scale`: size of a voxel along each axis. */
export interface Volume {
  readonly shape: readonly [number, number, number];
  readonly scale: readonly [number, number, number];
  readonly values: Uint8Array;
}

export type Mode = "mip" | "surface";

export interface Rendering {
  setMode(mode: Mode): void;
  /** From 0 to 1: where the surface lies, or below which the projection leaves values out. */
  setLevel(level: number): void;
  dispose(): void;
}

/** Draw `volume` into `container`, as large as it is; the pointer turns and zooms it. */
export function render(container: HTMLElement, volume: Volume): Rendering {
  const view = vtkGenericRenderWindow.newInstance({ background: [0, 0, 0], listenWindowResize: false });
  view.setContainer(container as HTMLDivElement);
  const mapper = vtkVolumeMapper.newInstance();
  mapper.setInputData(image(volume));
  mapper.setSampleDistance(0.35 * Math.min(...volume.scale));
  const actor = vtkVolume.newInstance();
  actor.setMapper(mapper);
  const opacity = vtkPiecewiseFunction.newInstance();
  const colours = vtkColorTransferFunction.newInstance();
  const property = actor.getProperty();
  property.setScalarOpacity(0, opacity);
  property.setRGBTransferFunction(0, colours);
  property.setScalarOpacityUnitDistance(0, Math.min(...volume.scale));
  property.setInterpolationTypeToLinear();
  view.getRenderer().addVolume(actor);
  let mode: Mode = "mip";
  let level = 0.3;
  const draw = (): void => {
    const isSurface = mode === "surface";
    if (isSurface) mapper.setBlendModeToComposite();
    else mapper.setBlendModeToMaximumIntensity();
    property.setShade(isSurface);
    property.setAmbient(0.3);
    property.setDiffuse(0.8);
    property.setSpecular(0.3);
    property.setSpecularPower(20);
    fill(opacity, colours, mode, 255 * level);
    view.getRenderWindow().render();
  };
  const observer = new ResizeObserver(() => {
    view.resize();
    view.getRenderWindow().render();
  });
  observer.observe(container);
  view.resize();
  const camera = view.getRenderer().getActiveCamera();
  camera.setFocalPoint(0, 0, 0);
  camera.setPosition(-1, -2, 1.2);
  camera.setViewUp(0, 0, 1);
  view.getRenderer().resetCamera();
  draw();
  return {
    setMode(chosen) {
      mode = chosen;
      draw();
    },
    setLevel(chosen) {
      level = chosen;
      draw();
    },
    dispose() {
      observer.disconnect();
      view.delete();
      container.replaceChildren();
    },
  };
}

/** With a shell of zeros around it: a surface is lit by the slope of the values, which needs something outside. */
function image({ shape: [depth, height, width], scale: [z, y, x], values: inner }: Volume): vtkImageData {
  const values = new Uint8Array((depth + 2) * (height + 2) * (width + 2));
  for (let row = 0; row < depth * height; row += 1) {
    const [k, j] = [Math.floor(row / height) + 1, (row % height) + 1];
    values.set(inner.subarray(row * width, (row + 1) * width), (k * (height + 2) + j) * (width + 2) + 1);
  }
  const data = vtkImageData.newInstance();
  data.setDimensions([width + 2, height + 2, depth + 2]);
  data.setSpacing([x, y, z]);
  data.getPointData().setScalars(vtkDataArray.newInstance({ name: "levels", numberOfComponents: 1, values }));
  return data;
}

/** A surface is a steep step of opacity at the level, in one colour; a projection shows levels in gray. */
function fill(opacity: vtkPiecewiseFunction, colours: vtkColorTransferFunction, mode: Mode, level: number): void {
  opacity.removeAllPoints();
  colours.removeAllPoints();
  if (mode === "surface") {
    opacity.addPoint(Math.max(level - 4, 0), 0);
    opacity.addPoint(Math.min(level + 4, 255), 1);
    colours.addRGBPoint(0, 0.85, 0.82, 0.75);
    colours.addRGBPoint(255, 0.95, 0.93, 0.88);
    return;
  }
  opacity.addPoint(level, 0);
  opacity.addPoint(Math.min(level + 1, 255), 1);
  colours.addRGBPoint(0, 0, 0, 0);
  colours.addRGBPoint(255, 1, 1, 1);
}
