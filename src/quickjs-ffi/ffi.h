/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the module quickjs-ffi share: arguments checked and read, answers and errors made. The functions
 * that JavaScript sees are listed at the end; quickjs-ffi.d.ts says what each of them does.
 *
 * Order in every function: check the arguments, take the octets' address last (reading an option may run a getter,
 * which may detach an ArrayBuffer), call the system, make the answer.
 */
#ifndef QUICKJS_FFI_H
#define QUICKJS_FFI_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <quickjs.h>

struct octets {
	uint8_t *data;
	size_t length;
};

/* One property of an answer; the value is a number or a boolean, which nobody has to free. */
struct field {
	const char *name;
	JSValue value;
};

#define LIST_MOST 32

struct list {
	uint32_t count;
	uint32_t values[LIST_MOST];
};

typedef char interface_name[IFNAMSIZ];
typedef char unix_path[sizeof(((struct sockaddr_un *)0)->sun_path)];

/*
 * Arguments. Each returns false with a TypeError or RangeError thrown. `name` is the word for the message.
 */
bool read_integer(JSContext *ctx, JSValueConst value, const char *name, uint32_t least, uint32_t most, uint32_t *out);
bool read_descriptor(JSContext *ctx, JSValueConst value, int *out);
bool read_octets(JSContext *ctx, JSValueConst value, const char *name, struct octets *out);
/* As read_octets, but no octets are no room: receiving into them would look like the end of a stream. */
bool read_buffer(JSContext *ctx, JSValueConst value, struct octets *out);
/* At least one character, none of them NUL, at most size - 1 octets of UTF-8. */
bool read_text(JSContext *ctx, JSValueConst value, const char *name, char *out, size_t size);
bool read_list(JSContext *ctx, JSValueConst value, const char *name, uint32_t least, uint32_t most, struct list *out);
bool read_length(JSContext *ctx, JSValueConst list, const char *name, uint32_t most, uint32_t *out);
bool is_options(JSContext *ctx, JSValueConst value, const char *name);

/* Members of an options object. An optional one that is absent or undefined leaves `out` as it is. */
bool member_integer(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		    uint32_t *out);
bool optional_integer(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		      uint32_t *out);
bool optional_boolean(JSContext *ctx, JSValueConst object, const char *name, bool *out);
bool member_text(JSContext *ctx, JSValueConst object, const char *name, char *out, size_t size);
bool optional_text(JSContext *ctx, JSValueConst object, const char *name, char *out, size_t size);
bool member_list(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		 struct list *out);

/*
 * Answers and errors
 */
JSValue make_object(JSContext *ctx, const struct field *fields, size_t count);
JSValue make_octets(JSContext *ctx, const uint8_t *data, size_t length);
/* Throws a SystemError. `subject` (a path, an address, an option) may be NULL. */
JSValue throw_system_error(JSContext *ctx, int number, const char *syscall, const char *subject);
/* Throws errno as a SystemError after closing the descriptor of a socket that was half set up. */
JSValue throw_and_close(JSContext *ctx, int descriptor, const char *syscall, const char *subject);
/* The answer of every function that opens one; a descriptor that the event loop could not watch is closed again. */
JSValue make_descriptor(JSContext *ctx, int descriptor, const char *syscall);
/* undefined where it would block, else the error in errno. */
JSValue make_not_received(JSContext *ctx, const char *syscall);

bool set_option(int descriptor, int level, int option, int value);

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The module's functions
 */
#define MODULE_FUNCTION(name) JSValue name(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)

MODULE_FUNCTION(ffi_close);
MODULE_FUNCTION(ffi_send);
MODULE_FUNCTION(ffi_receive);
MODULE_FUNCTION(ffi_interface_index);
MODULE_FUNCTION(ffi_unix_connect);
MODULE_FUNCTION(ffi_unix_listen);
MODULE_FUNCTION(ffi_unix_accept);
MODULE_FUNCTION(ffi_unix_datagram);
MODULE_FUNCTION(ffi_udp_open);
MODULE_FUNCTION(ffi_udp_receive);
MODULE_FUNCTION(ffi_udp_send);
MODULE_FUNCTION(ffi_udp_receive_error);
MODULE_FUNCTION(ffi_icmp_open);
MODULE_FUNCTION(ffi_icmp_receive);
MODULE_FUNCTION(ffi_ipv4_open);
MODULE_FUNCTION(ffi_raw_send);
MODULE_FUNCTION(ffi_packet_open);
MODULE_FUNCTION(ffi_packet_set_filter);
MODULE_FUNCTION(ffi_packet_receive);
MODULE_FUNCTION(ffi_packet_send);
MODULE_FUNCTION(ffi_netlink_open);
MODULE_FUNCTION(ffi_digest);
MODULE_FUNCTION(ffi_hmac);
MODULE_FUNCTION(ffi_random_octets);

#endif
