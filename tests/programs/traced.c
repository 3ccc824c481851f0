/*
 * Runs a program as its tracer, as a debugger does: every signal is handed on.
 * Exits with the program's own code.
 *
 * usage: traced PROGRAM ARGUMENT...
 * SPDX-License-Identifier: Apache-2.0
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED 125

/* Which signal goes on to the program; the stop of exec itself is ours. */
static int
passed_on(int status, bool *started)
{
	int sig = WSTOPSIG(status);

	if (sig == SIGTRAP && !*started) {
		*started = true;
		return 0;
	}

	return sig;
}

int
main(int argc, char **argv)
{
	bool started = false;
	int status = 0;
	pid_t pid;

	if (argc < 2)
		return FAILED;
	pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			execv(argv[1], argv + 1);
		_exit(FAILED);
	}
	while (pid > 0 && waitpid(pid, &status, 0) == pid) {
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (!WIFSTOPPED(status) || ptrace(PTRACE_CONT, pid, NULL,
					       (void *)(size_t)passed_on(status, &started)) != 0)
			break;
	}

	return FAILED;
}
