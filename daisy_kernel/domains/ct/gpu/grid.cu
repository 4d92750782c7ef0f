// Gridding of LANES slices at a time. The slice is the fastest axis of spectra, so that one warp reads all slices
// of a polar frequency at once; tiles in shared memory turn it to where transforms want it, and back.

#define LANES 32

// Spectra of lines (lane, angle, bin; `pitch` bins apart) times factor (angle, bin), to (angle, bin, lane).
// Both tables begin at the first of these angles.
extern "C" __global__ void to_lanes(
    const float2* lines, int angles, int pitch, const float2* factor, int bins, float2* spectra)
{
    __shared__ float2 tile[LANES][LANES + 1];
    const int angle = blockIdx.y, start = blockIdx.x * LANES;
    const int own = start + threadIdx.x;
    for (int lane = threadIdx.y; lane < LANES; lane += blockDim.y)
        if (own < bins) tile[lane][threadIdx.x] = lines[((long long)lane * angles + angle) * pitch + own];
    __syncthreads();
    for (int bin = start + threadIdx.y; bin < start + LANES && bin < bins; bin += blockDim.y) {
        const long long source = (long long)angle * bins + bin;
        const float2 f = factor[source], v = tile[threadIdx.x][bin - start];
        spectra[source * LANES + threadIdx.x] = make_float2(f.x * v.x - f.y * v.y, f.x * v.y + f.y * v.x);
    }
}

// Each cell of the plane (lane, cell) is the weighted sum of its own list of spectra, in the order of the list:
// no atomics, so the bits are the same in every run. A negative source s is ~s, conjugated.
extern "C" __global__ void spread(
    const float2* spectra, const int* first, const int* source, const float* weight, int cells, float2* plane)
{
    __shared__ float2 tile[LANES][LANES + 1];
    const int start = blockIdx.x * LANES;
    for (int cell = threadIdx.y; cell < LANES && start + cell < cells; cell += blockDim.y) {
        float re = 0.0f, im = 0.0f;
        const int end = first[start + cell + 1];
#pragma unroll 4
        for (int entry = first[start + cell]; entry < end; ++entry) {
            const int s = source[entry];
            const float w = weight[entry];
            const float2 v = spectra[(long long)(s < 0 ? ~s : s) * LANES + threadIdx.x];
            re += w * v.x;
            im += (s < 0 ? -w : w) * v.y;
        }
        tile[cell][threadIdx.x] = make_float2(re, im);
    }
    __syncthreads();
    const int own = start + threadIdx.x;
    for (int lane = threadIdx.y; lane < LANES; lane += blockDim.y)
        if (own < cells) plane[(long long)lane * cells + own] = tile[threadIdx.x][lane];
}

// Images (slice, y, x) out of planes (slice, side, side) whose axis is at their corner, divided by the window's
// transform.
extern "C" __global__ void to_images(const float* planes, int side, const float* window, int size, float* images)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= size || y >= size) return;
    const int column = (x - size / 2 + side) % side, row = (y - size / 2 + side) % side;
    const long long slice = blockIdx.z;
    images[(slice * size + y) * size + x] = window[y] * window[x] * planes[(slice * side + row) * side + column];
}
