// SPDX-License-Identifier: MIT
/* Any connected descriptor, netlink among them; and AF_UNIX. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ffi.h"

MODULE_FUNCTION(ffi_close)
{
	int descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor))
		return JS_EXCEPTION;
	/* After EINTR Linux has closed it all the same. */
	if (close(descriptor) < 0 && errno != EINTR)
		return throw_system_error(ctx, errno, "close", NULL);
	return JS_UNDEFINED;
}

MODULE_FUNCTION(ffi_send)
{
	struct octets octets;
	int descriptor, number;
	ssize_t sent;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_octets(ctx, arguments[1], "octets", &octets))
		return JS_EXCEPTION;
	sent = send(descriptor, octets.data, octets.length, MSG_NOSIGNAL | MSG_DONTWAIT);
	number = errno;
	if (sent >= 0 || number == EAGAIN || number == EWOULDBLOCK)
		return JS_NewInt64(ctx, sent >= 0 ? sent : 0);
	return throw_system_error(ctx, number, "send", NULL);
}

MODULE_FUNCTION(ffi_receive)
{
	struct octets buffer;
	struct iovec vector;
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };
	int descriptor;
	ssize_t received;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_buffer(ctx, arguments[1], &buffer))
		return JS_EXCEPTION;
	vector.iov_base = buffer.data;
	vector.iov_len = buffer.length;
	received = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (received < 0)
		return make_not_received(ctx, "recvmsg");
	/* The answer is a plain number: a datagram that was cut must not look like a whole one. */
	if (message.msg_flags & MSG_TRUNC)
		return throw_system_error(ctx, EMSGSIZE, "recvmsg", NULL);
	return JS_NewInt64(ctx, received);
}

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, path, strlen(path) + 1);
	return address;
}

/* Removes what an earlier process left; anything but a socket stays, and bind() will say so. */
static void unlink_old_socket(const char *path)
{
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode))
		unlink(path);
}

static JSValue throw_and_unlink(JSContext *ctx, int descriptor, const char *path, const char *syscall,
				const char *subject)
{
	int number = errno;

	close(descriptor);
	unlink(path);
	return throw_system_error(ctx, number, syscall, subject);
}

MODULE_FUNCTION(ffi_unix_connect)
{
	struct sockaddr_un address;
	unix_path path;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_text(ctx, arguments[0], "path", path, sizeof(path)))
		return JS_EXCEPTION;
	address = unix_address(path);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_UNIX");
	if (connect(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0)
		return throw_and_close(ctx, descriptor, "connect", path);
	return make_descriptor(ctx, descriptor, "socket");
}

MODULE_FUNCTION(ffi_unix_listen)
{
	struct sockaddr_un address;
	unix_path path;
	uint32_t backlog;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_text(ctx, arguments[0], "path", path, sizeof(path)) ||
	    !read_integer(ctx, arguments[1], "backlog", 0, 65535, &backlog))
		return JS_EXCEPTION;
	address = unix_address(path);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_UNIX");
	unlink_old_socket(path);
	if (bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0)
		return throw_and_close(ctx, descriptor, "bind", path);
	if (listen(descriptor, (int)backlog) < 0)
		return throw_and_unlink(ctx, descriptor, path, "listen", path);
	return make_descriptor(ctx, descriptor, "socket");
}

MODULE_FUNCTION(ffi_unix_accept)
{
	int listener, descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &listener))
		return JS_EXCEPTION;
	descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (descriptor < 0)
		return make_not_received(ctx, "accept4");
	return make_descriptor(ctx, descriptor, "accept4");
}

MODULE_FUNCTION(ffi_unix_datagram)
{
	struct sockaddr_un local, remote;
	unix_path local_path = "", remote_path = "";
	int descriptor;

	(void)this_value, (void)count;
	if (!JS_IsNull(arguments[0]) && !read_text(ctx, arguments[0], "localPath", local_path, sizeof(local_path)))
		return JS_EXCEPTION;
	if (!JS_IsNull(arguments[1]) && !read_text(ctx, arguments[1], "remotePath", remote_path, sizeof(remote_path)))
		return JS_EXCEPTION;
	local = unix_address(local_path);
	remote = unix_address(remote_path);
	descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_UNIX");
	if (*local_path) {
		unlink_old_socket(local_path);
		if (bind(descriptor, (struct sockaddr *)&local, sizeof(local)) < 0)
			return throw_and_close(ctx, descriptor, "bind", local_path);
	}
	if (*remote_path && connect(descriptor, (struct sockaddr *)&remote, sizeof(remote)) < 0) {
		if (!*local_path)
			return throw_and_close(ctx, descriptor, "connect", remote_path);
		return throw_and_unlink(ctx, descriptor, local_path, "connect", remote_path);
	}
	return make_descriptor(ctx, descriptor, "socket");
}
