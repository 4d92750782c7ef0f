// -log of the transmission, finite whatever it is.

extern "C" __global__ void absorption(const float* transmission, float minimum, float largest, long long size, float* out)
{
    const long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= size) return;
    const float given = transmission[i];
    const float t = given > minimum ? fminf(given, largest) : minimum;  // NaN counts as the minimum
    out[i] = 0.0f - logf(t);  // so that no absorption is 0, not -0
}
