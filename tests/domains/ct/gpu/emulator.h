// The part of CUDA that the kernels use, on the CPU: a block's threads are fibers, which yield at barriers only.
// Their order is shuffled in every round, so that a result that depends on it shows.
#include <cmath>
#include <csetjmp>
#include <cstddef>
#include <cstdlib>
#include <numeric>
#include <ucontext.h>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __shared__ static

struct float2 { float x, y; };
static float2 make_float2(float x, float y) { return {x, y}; }
struct dim3 { unsigned x, y, z; };

static dim3 threadIdx, blockIdx, blockDim, gridDim;
static ucontext_t scheduler, *current;
static int collected, combined;

static int __syncthreads_or(int predicate)
{
    collected |= predicate != 0;
    swapcontext(current, &scheduler);
    return combined;
}
static void __syncthreads() { __syncthreads_or(0); }

namespace emulator {

struct Fiber { ucontext_t context; dim3 index; bool done; std::vector<char> stack; };

static void (*body)(void*);
static void* argument;
static Fiber* running;
static unsigned long long state;

static unsigned random_number()
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return state >> 33;
}

static void enter() { body(argument); running->done = true; }

// One round: each fiber goes on to its next barrier, or to its end. Returns how many ended.
static size_t round(std::vector<Fiber>& fibers)
{
    std::vector<size_t> order(fibers.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_number() % i]);
    size_t ended = 0;
    for (size_t i : order) {
        running = &fibers[i];
        current = &running->context;
        threadIdx = running->index;
        swapcontext(&scheduler, current);
        ended += running->done;
    }
    combined = collected;
    collected = 0;
    return ended;
}

// False where some threads of a block wait at a barrier that others never reach.
static bool run_block(std::vector<Fiber>& fibers)
{
    for (size_t i = 0; i < fibers.size(); ++i) {
        Fiber& fiber = fibers[i];
        fiber.stack.resize(1 << 15);
        fiber.done = false;
        fiber.index = {unsigned(i % blockDim.x), unsigned(i / blockDim.x % blockDim.y), unsigned(i / blockDim.x / blockDim.y)};
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack.data();
        fiber.context.uc_stack.ss_size = fiber.stack.size();
        fiber.context.uc_link = &scheduler;
        makecontext(&fiber.context, enter, 0);
    }
    for (;;) {
        const size_t ended = round(fibers);
        if (ended == fibers.size()) return true;
        if (ended) return false;
    }
}

template <class... A, size_t... I>
static bool launch(void (*kernel)(A...), std::index_sequence<I...>, const unsigned* size, void** arguments)
{
    auto call = [&] { kernel(*static_cast<std::remove_reference_t<A>*>(arguments[I])...); };
    body = [](void* made) { (*static_cast<decltype(call)*>(made))(); };
    argument = &call;
    gridDim = {size[0], size[1], size[2]};
    blockDim = {size[3], size[4], size[5]};
    std::vector<Fiber> fibers(size_t(blockDim.x) * blockDim.y * blockDim.z);
    for (blockIdx.z = 0; blockIdx.z < gridDim.z; ++blockIdx.z)
        for (blockIdx.y = 0; blockIdx.y < gridDim.y; ++blockIdx.y)
            for (blockIdx.x = 0; blockIdx.x < gridDim.x; ++blockIdx.x)
                if (!run_block(fibers)) return false;
    return true;
}

// As many bytes as each argument takes, so that the caller can hold its own against them.
template <class... A>
static int sizes(void (*)(A...), int* bytes)
{
    const int all[] = {int(sizeof(A))...};
    for (size_t i = 0; i < sizeof...(A); ++i) bytes[i] = all[i];
    return sizeof...(A);
}

template <class... A>
static bool run(void (*kernel)(A...), unsigned seed, const unsigned* size, void** arguments)
{
    state = seed;
    return launch(kernel, std::index_sequence_for<A...>{}, size, arguments);
}

}  // namespace emulator

#define EMULATED(kernel)                                                                             \
    extern "C" int sizes_##kernel(int* bytes) { return emulator::sizes(&kernel, bytes); }            \
    extern "C" int run_##kernel(unsigned seed, const unsigned* size, void** arguments)               \
    {                                                                                                \
        return emulator::run(&kernel, seed, size, arguments);                                        \
    }
