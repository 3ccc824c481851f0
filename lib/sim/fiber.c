/*
 * Fibers: ucontext makes the first switch to a stack, _setjmp and _longjmp all
 * later ones, because swapcontext() asks the kernel twice each time. With the
 * marks that AddressSanitizer needs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
/* The fortified longjmp() refuses to change stacks. */
#undef _FORTIFY_SOURCE

#include "sim/fiber.h"

#include <assert.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifndef FIBER_ASAN
#define FIBER_ASAN 0
#endif
#if FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

/* SQLite, OpenSSL and big message structs all live on one of these. */
#define FIBER_STACK (FIBER_ASAN ? 2048u * 1024u : 768u * 1024u)
#define FIBER_GUARD 4096u

struct fiber {
	ucontext_t context;
	jmp_buf here;
	bool begun; /* context was used; here is where it stands */
	struct fiber *next_free;
	fiber_fn *fn;
	void *arg;
	uint8_t *stack; /* FIBER_GUARD unreadable bytes, then FIBER_STACK */
	void *asan_stack;
	bool done;
};

struct fiber_pool {
	ucontext_t scheduler; /* never resumed: makecontext() wants a place to come from */
	jmp_buf here;
	struct fiber *current;
	struct fiber *free;
	void *asan_stack;
	const void *asan_bottom;
	size_t asan_size;
};

static void
asan_start(void **save, const void *bottom, size_t size)
{
#if FIBER_ASAN
	__sanitizer_start_switch_fiber(save, bottom, size);
#else
	(void)save;
	(void)bottom;
	(void)size;
#endif
}

static void
asan_finish(void *save, const void **bottom, size_t *size)
{
#if FIBER_ASAN
	__sanitizer_finish_switch_fiber(save, bottom, size);
#else
	(void)save;
	(void)bottom;
	(void)size;
#endif
}

enum ykt_status
fiber_pool_new(struct fiber_pool **ret_pool)
{
	struct fiber_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return YKT_E_NOMEM;
	*ret_pool = pool;
	return YKT_OK;
}

void
fiber_pool_free(struct fiber_pool **pool)
{
	if (pool == NULL || *pool == NULL)
		return;
	assert((*pool)->current == NULL);
	while ((*pool)->free != NULL) {
		struct fiber *fiber = (*pool)->free;

		(*pool)->free = fiber->next_free;
		(void)munmap(fiber->stack, FIBER_GUARD + FIBER_STACK);
		free(fiber);
	}
	free(*pool);
	*pool = NULL;
}

/* makecontext() passes ints only: the pool travels in two halves. */
static void
fiber_main(unsigned high, unsigned low)
{
	struct fiber_pool *pool =
	    (struct fiber_pool *)(uintptr_t)(((uint64_t)high << 32) | (uint64_t)low);
	struct fiber *fiber = pool->current;

	asan_finish(NULL, &pool->asan_bottom, &pool->asan_size);
	for (;;) {
		fiber->fn(fiber->arg);
		fiber->done = true;
		fiber_switch_out(pool);
	}
}

/* getcontext() returns like setjmp(), so it gets a function without locals. */
static bool
context_prepare(struct fiber_pool *pool, struct fiber *fiber)
{
	if (getcontext(&fiber->context) != 0)
		return false;
	fiber->context.uc_stack.ss_sp = fiber->stack + FIBER_GUARD;
	fiber->context.uc_stack.ss_size = FIBER_STACK;
	fiber->context.uc_link = NULL;
	makecontext(&fiber->context, (void (*)(void))fiber_main, 2,
	    (unsigned)((uint64_t)(uintptr_t)pool >> 32),
	    (unsigned)((uint64_t)(uintptr_t)pool & 0xFFFFFFFFu));
	return true;
}

static struct fiber *
fiber_make(struct fiber_pool *pool)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));

	if (fiber == NULL)
		return NULL;
	fiber->stack = mmap(NULL, FIBER_GUARD + FIBER_STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fiber->stack == MAP_FAILED || !context_prepare(pool, fiber)) {
		free(fiber);
		return NULL;
	}
	(void)mprotect(fiber->stack, FIBER_GUARD, PROT_NONE);
	return fiber;
}

enum ykt_status
fiber_start(struct fiber_pool *pool, fiber_fn *fn, void *arg, struct fiber **ret_fiber)
{
	struct fiber *fiber = pool->free;

	if (fiber != NULL)
		pool->free = fiber->next_free;
	else
		fiber = fiber_make(pool);
	if (fiber == NULL)
		return YKT_E_NOMEM;
	fiber->fn = fn;
	fiber->arg = arg;
	fiber->done = false;
	*ret_fiber = fiber;
	return YKT_OK;
}

static void
go_to_fiber(struct fiber_pool *pool, struct fiber *fiber)
{
	if (_setjmp(pool->here) != 0)
		return;
	if (fiber->begun)
		_longjmp(fiber->here, 1);
	fiber->begun = true;
	(void)swapcontext(&pool->scheduler, &fiber->context);
}

bool
fiber_switch_in(struct fiber_pool *pool, struct fiber *fiber)
{
	assert(pool->current == NULL);
	pool->current = fiber;
	asan_start(&pool->asan_stack, fiber->stack + FIBER_GUARD, FIBER_STACK);
	go_to_fiber(pool, fiber);
	asan_finish(pool->asan_stack, NULL, NULL);
	pool->current = NULL;
	if (!fiber->done)
		return false;
	fiber->next_free = pool->free;
	pool->free = fiber;
	return true;
}

void
fiber_switch_out(struct fiber_pool *pool)
{
	struct fiber *fiber = pool->current;

	assert(fiber != NULL);
	asan_start(&fiber->asan_stack, pool->asan_bottom, pool->asan_size);
	if (_setjmp(fiber->here) == 0)
		_longjmp(pool->here, 1);
	asan_finish(fiber->asan_stack, &pool->asan_bottom, &pool->asan_size);
}

struct fiber *
fiber_current(const struct fiber_pool *pool)
{
	return pool->current;
}
