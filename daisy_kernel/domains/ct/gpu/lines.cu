// Detector lines, one block of threads a line: normalisation, and repair of values that cannot be used.
// COUNT is the type of a count, given when this is compiled for normalisation.

#ifndef COUNT
#define COUNT float
#endif

// Interpolate values that are not below the limit between their neighbours; the nearest one is taken at an
// end, and a line without any becomes `empty`. One thread does it: bad values are few.
__device__ void fill(float* line, int columns, float limit, float empty)
{
    int last = -1;
    for (int column = 0; column < columns; ++column) {
        if (!(fabsf(line[column]) < limit)) continue;
        for (int gap = last + 1; gap < column; ++gap) {
            const double part = (double)(gap - last) / (column - last);
            line[gap] = last < 0 ? line[column] : (float)(line[last] * (1.0 - part) + line[column] * part);
        }
        last = column;
    }
    for (int gap = last + 1; gap < columns; ++gap) line[gap] = last < 0 ? empty : line[last];
}

// The value of a reference at one pixel, `part` of the way from its group to the next.
__device__ float between(const float* frames, long long pixel, long long frame, int group, int groups, float part)
{
    const int next = group + 1 < groups ? group + 1 : group;
    const float value = frames[group * frame + pixel];
    return value + part * (frames[next * frame + pixel] - value);
}

// out (angle, row, column) = (counts - dark) / (flat - dark), at least `minimum`; flats are NaN at bad pixels.
extern "C" __global__ void normalize(
    const COUNT* counts, const float* flats, const int* flat_group, const float* flat_part, int flat_groups,
    const float* darks, const int* dark_group, const float* dark_part, int dark_groups,
    int rows, int columns, float minimum, float limit, float* out)
{
    const long long line = blockIdx.x, frame = (long long)rows * columns;
    const int angle = line / rows, row = line % rows;
    float* result = out + line * columns;
    int bad = 0;
    for (int column = threadIdx.x; column < columns; column += blockDim.x) {
        const long long pixel = (long long)row * columns + column;
        const float d = between(darks, pixel, frame, dark_group[angle], dark_groups, dark_part[angle]);
        const float f = between(flats, pixel, frame, flat_group[angle], flat_groups, flat_part[angle]);
        const float t = ((float)counts[line * columns + column] - d) / (f - d);
        result[column] = t < minimum ? minimum : t;  // keeps NaN, which marks a bad pixel
        bad |= !(fabsf(result[column]) < limit);
    }
    if (__syncthreads_or(bad) && threadIdx.x == 0) fill(result, columns, limit, 1.0f);
}

// Lines that begin `pitch` apart, repaired in place.
extern "C" __global__ void repair(float* lines, long long pitch, int columns, float limit)
{
    float* line = lines + blockIdx.x * pitch;
    int bad = 0;
    for (int column = threadIdx.x; column < columns; column += blockDim.x) bad |= !(fabsf(line[column]) < limit);
    if (__syncthreads_or(bad) && threadIdx.x == 0) fill(line, columns, limit, 0.0f);
}
