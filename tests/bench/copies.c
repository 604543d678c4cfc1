/* What unpacking is measured against: moving as many bytes without touching them, `count` times. Built by
   bench_unpack.py for the machine it runs on, with the widest registers there are. Sizes are multiples of 64 bytes,
   addresses too. */
#include <immintrin.h>
#include <stddef.h>
#include <string.h>

void plain_copy(char *to, const char *from, size_t size, long count) {
    while (count-- > 0) {
        memcpy(to, from, size);
        __asm__ volatile("" ::: "memory"); /* every one counts */
    }
}

static void stream_once(char *to, const char *from, size_t size) {
    for (size_t i = 0; i < size; i += 64) {
#if defined(__AVX512F__)
        _mm512_stream_si512((void *)(to + i), _mm512_load_si512(from + i));
#elif defined(__AVX2__)
        _mm256_stream_si256((void *)(to + i), _mm256_load_si256((const void *)(from + i)));
        _mm256_stream_si256((void *)(to + i + 32), _mm256_load_si256((const void *)(from + i + 32)));
#else
        for (size_t k = i; k < i + 64; k += 16) {
            _mm_stream_si128((void *)(to + k), _mm_load_si128((const void *)(from + k)));
        }
#endif
    }
    _mm_sfence();
}

void streaming_copy(char *to, const char *from, size_t size, long count) {
    while (count-- > 0) {
        stream_once(to, from, size);
    }
}
