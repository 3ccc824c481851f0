/*
 * Running and measuring another program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

/* Standard input from a file, output and error to out. Gives what posix_spawn does. */
static int
start(char *const argv[], const char *input, int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	error = posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0);
	for (int fd = 1; error == 0 && fd <= 2; fd++)
		error = posix_spawn_file_actions_adddup2(&actions, out, fd);
	if (error == 0)
		error = posix_spawn(ret_pid, argv[0], &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Reads all there is; what does not fit is dropped. */
static void
read_all(int in, double begin, struct measure_result *ret)
{
	char rest[4096];
	size_t room;
	ssize_t got;

	ret->text_len = 0;
	ret->first_s = -1;
	do {
		room = sizeof(ret->text) - 1 - ret->text_len;
		got = room > 0 ? read(in, ret->text + ret->text_len, room)
			       : read(in, rest, sizeof(rest));
		if (got > 0 && ret->first_s < 0)
			ret->first_s = now_s() - begin;
		if (got > 0 && room > 0)
			ret->text_len += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	ret->text[ret->text_len] = '\0';
}

bool
measure_run(char *const argv[], const char *input, struct measure_result *ret)
{
	struct rusage used;
	int pipe_fd[2];
	double begin;
	int state;
	int error;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0) {
		perror("bench: pipe");
		return false;
	}
	begin = now_s();
	error = start(argv, input != NULL ? input : "/dev/null", pipe_fd[1], &pid);
	(void)close(pipe_fd[1]);
	if (error == 0)
		read_all(pipe_fd[0], begin, ret);
	(void)close(pipe_fd[0]);
	if (error == 0 && wait4(pid, &state, 0, &used) != pid)
		error = errno;
	if (error != 0) {
		(void)fprintf(stderr, "bench: %s: %s\n", argv[0], strerror(error));
		return false;
	}
	ret->all_s = now_s() - begin;
	ret->cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
	ret->memory_kib = used.ru_maxrss;
	ret->code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
	return true;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
measure_median(double *values, size_t count)
{
	qsort(values, count, sizeof(values[0]), compare);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

void
measure_print(const char *name, double value, const char *unit, double limit)
{
	(void)printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"limit\":%.3f,"
		     "\"ratio\":%.3f}\n",
	    name, value, unit, limit, value / limit);
}

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

bool
measure_folder_enter(char *template)
{
	(void)umask(077);
	if (mkdtemp(template) != NULL && chdir(template) == 0)
		return true;
	(void)fprintf(stderr, "bench: no folder can be made here\n");
	return false;
}

void
measure_folder_leave(const char *folder)
{
	if (chdir("..") != 0 || nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		(void)fprintf(stderr, "bench: %s is left over\n", folder);
}

bool
measure_serve(char *const argv[], pid_t *ret_pid)
{
	char line[256];
	int out[2];
	FILE *ready;
	bool good;

	if (pipe2(out, O_CLOEXEC) != 0)
		return false;
	*ret_pid = fork();
	if (*ret_pid == 0) {
		(void)dup2(out[1], STDOUT_FILENO);
		(void)execv(argv[0], argv);
		_exit(127);
	}
	(void)close(out[1]);
	ready = fdopen(out[0], "r");
	good = *ret_pid > 0 && ready != NULL && fgets(line, sizeof(line), ready) != NULL;
	if (ready != NULL)
		(void)fclose(ready);
	if (!good)
		(void)fprintf(stderr, "bench: %s does not start\n", argv[0]);
	return good;
}

bool
measure_serve_end(pid_t pid)
{
	int state = 0;

	(void)kill(pid, SIGTERM);
	return waitpid(pid, &state, 0) == pid && state == 0;
}
