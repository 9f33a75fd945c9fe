// SPDX-License-Identifier: MIT
/* What goes back to JavaScript: objects, octets, descriptors, and the kernel's refusals as errors with a name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "ffi.h"

#define NAMED(number) { number, #number }

/* strerrorname_np() is glibc's alone. The numbers differ between architectures (MIPS), so the compiler fills them in. */
static const struct {
	int number;
	const char *name;
} errno_names[] = {
	NAMED(EPERM), NAMED(ENOENT), NAMED(EINTR), NAMED(EIO), NAMED(ENXIO), NAMED(EBADF), NAMED(EAGAIN),
	NAMED(ENOMEM), NAMED(EACCES), NAMED(EFAULT), NAMED(EBUSY), NAMED(EEXIST), NAMED(ENODEV), NAMED(ENOTDIR),
	NAMED(EISDIR), NAMED(EINVAL), NAMED(ENFILE), NAMED(EMFILE), NAMED(ENOTTY), NAMED(ENOSPC), NAMED(EROFS),
	NAMED(EPIPE), NAMED(ERANGE), NAMED(ENAMETOOLONG), NAMED(ENOSYS), NAMED(ELOOP), NAMED(EPROTO),
	NAMED(EOVERFLOW), NAMED(ENOTSOCK), NAMED(EDESTADDRREQ), NAMED(EMSGSIZE), NAMED(EPROTOTYPE),
	NAMED(ENOPROTOOPT), NAMED(EPROTONOSUPPORT), NAMED(ESOCKTNOSUPPORT), NAMED(EOPNOTSUPP), NAMED(EPFNOSUPPORT),
	NAMED(EAFNOSUPPORT), NAMED(EADDRINUSE), NAMED(EADDRNOTAVAIL), NAMED(ENETDOWN), NAMED(ENETUNREACH),
	NAMED(ENETRESET), NAMED(ECONNABORTED), NAMED(ECONNRESET), NAMED(ENOBUFS), NAMED(EISCONN), NAMED(ENOTCONN),
	NAMED(ETIMEDOUT), NAMED(ECONNREFUSED), NAMED(EHOSTDOWN), NAMED(EHOSTUNREACH), NAMED(EALREADY),
	NAMED(EINPROGRESS),
};

/* The errno's name, or 'E' and the number, written to `unnamed`. */
static const char *errno_name(int number, char *unnamed, size_t size)
{
	size_t index;

	for (index = 0; index < COUNT_OF(errno_names); index++) {
		if (errno_names[index].number == number)
			return errno_names[index].name;
	}
	snprintf(unnamed, size, "E%d", number);
	return unnamed;
}

/* Defines a property on an error; takes the value. */
static bool define(JSContext *ctx, JSValueConst object, const char *name, JSValue value)
{
	return !JS_IsException(value) &&
	       JS_DefinePropertyValueStr(ctx, object, name, value, JS_PROP_C_W_E) >= 0;
}

JSValue throw_system_error(JSContext *ctx, int number, const char *syscall, const char *subject)
{
	char unnamed[16], message[320];
	const char *name = errno_name(number, unnamed, sizeof(unnamed));
	JSValue error;

	snprintf(message, sizeof(message), "%s%s%s: %s (%s)", syscall, subject ? " " : "", subject ? subject : "",
		 strerror(number), name);
	error = JS_NewError(ctx);
	if (JS_IsException(error))
		return error;
	if (!define(ctx, error, "message", JS_NewString(ctx, message)) ||
	    !define(ctx, error, "name", JS_NewString(ctx, "SystemError")) ||
	    !define(ctx, error, "code", JS_NewString(ctx, name)) ||
	    !define(ctx, error, "errno", JS_NewInt32(ctx, number)) ||
	    !define(ctx, error, "syscall", JS_NewString(ctx, syscall))) {
		JS_FreeValue(ctx, error);
		return JS_EXCEPTION;
	}
	return JS_Throw(ctx, error);
}

JSValue throw_and_close(JSContext *ctx, int descriptor, const char *syscall, const char *subject)
{
	int number = errno;

	close(descriptor);
	return throw_system_error(ctx, number, syscall, subject);
}

JSValue make_descriptor(JSContext *ctx, int descriptor, const char *syscall)
{
	/* The engine's loop watches descriptors with select(): a higher one would be a write outside its fd_set. */
	if (descriptor >= FD_SETSIZE) {
		close(descriptor);
		return throw_system_error(ctx, EMFILE, syscall, NULL);
	}
	return JS_NewInt32(ctx, descriptor);
}

JSValue make_not_received(JSContext *ctx, const char *syscall)
{
	int number = errno;

	if (number == EAGAIN || number == EWOULDBLOCK)
		return JS_UNDEFINED;
	return throw_system_error(ctx, number, syscall, NULL);
}

JSValue make_object(JSContext *ctx, const struct field *fields, size_t count)
{
	JSValue object = JS_NewObject(ctx);
	size_t index;

	if (JS_IsException(object))
		return object;
	for (index = 0; index < count; index++) {
		if (!define(ctx, object, fields[index].name, fields[index].value)) {
			JS_FreeValue(ctx, object);
			return JS_EXCEPTION;
		}
	}
	return object;
}

JSValue make_octets(JSContext *ctx, const uint8_t *data, size_t length)
{
	JSValue buffer = JS_NewArrayBufferCopy(ctx, data, length);
	/* The engine reads three arguments, whatever it is told. */
	JSValueConst arguments[3] = { buffer, JS_UNDEFINED, JS_UNDEFINED };
	JSValue octets;

	if (JS_IsException(buffer))
		return buffer;
	octets = JS_NewTypedArray(ctx, 3, arguments, JS_TYPED_ARRAY_UINT8);
	JS_FreeValue(ctx, buffer);
	return octets;
}

bool set_option(int descriptor, int level, int option, int value)
{
	return setsockopt(descriptor, level, option, &value, sizeof(value)) == 0;
}
