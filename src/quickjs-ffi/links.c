// SPDX-License-Identifier: MIT
/* What lies below IP: AF_PACKET with its filter, netlink, and the index of an interface. */
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "ffi.h"

/* Dumps of large tables and bursts of link events come faster than JavaScript reads. */
#define NETLINK_RECEIVE_OCTETS (1024 * 1024)

static bool read_instruction(JSContext *ctx, JSValueConst value, struct sock_filter *out)
{
	static const uint32_t most[] = { UINT16_MAX, UINT8_MAX, UINT8_MAX, UINT32_MAX };
	uint32_t parts[COUNT_OF(most)], count, index;

	if (!read_length(ctx, value, "instruction", COUNT_OF(most), &count))
		return false;
	for (index = 0; index < COUNT_OF(most); index++) {
		JSValue part = JS_GetPropertyUint32(ctx, value, index);
		bool read = !JS_IsException(part) &&
			    read_integer(ctx, part, "instruction", 0, most[index], &parts[index]);

		JS_FreeValue(ctx, part);
		if (!read)
			return false;
	}
	out->code = (uint16_t)parts[0];
	out->jt = (uint8_t)parts[1];
	out->jf = (uint8_t)parts[2];
	out->k = parts[3];
	return true;
}

/* The program's instructions, to be freed with js_free(); NULL with an exception thrown. */
static struct sock_filter *read_filter(JSContext *ctx, JSValueConst value, struct sock_fprog *program)
{
	struct sock_filter *instructions;
	uint32_t count, index;

	if (!read_length(ctx, value, "filter", BPF_MAXINSNS, &count))
		return NULL;
	if (count == 0) {
		JS_ThrowRangeError(ctx, "filter has no instruction");
		return NULL;
	}
	instructions = js_malloc(ctx, count * sizeof(*instructions));
	if (!instructions)
		return NULL;
	for (index = 0; index < count; index++) {
		JSValue instruction = JS_GetPropertyUint32(ctx, value, index);
		bool read = !JS_IsException(instruction) &&
			    read_instruction(ctx, instruction, &instructions[index]);

		JS_FreeValue(ctx, instruction);
		if (!read) {
			js_free(ctx, instructions);
			return NULL;
		}
	}
	program->len = (unsigned short)count;
	program->filter = instructions;
	return instructions;
}

static bool attach(int descriptor, const struct sock_fprog *program)
{
	return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program, sizeof(*program)) == 0;
}

/* Protocol 0 receives nothing; bind() names the protocol once the filter stands. */
static JSValue open_filtered(JSContext *ctx, uint32_t interface_index, const struct sock_fprog *program)
{
	const struct sockaddr_ll local = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)interface_index,
	};
	int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_PACKET");
	if (!attach(descriptor, program))
		return throw_and_close(ctx, descriptor, "setsockopt", "SO_ATTACH_FILTER");
	if (!set_option(descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1))
		return throw_and_close(ctx, descriptor, "setsockopt", "PACKET_IGNORE_OUTGOING");
	if (bind(descriptor, (const struct sockaddr *)&local, sizeof(local)) < 0)
		return throw_and_close(ctx, descriptor, "bind", "AF_PACKET");
	return make_descriptor(ctx, descriptor, "socket");
}

MODULE_FUNCTION(ffi_packet_open)
{
	uint32_t interface_index;
	struct sock_fprog program;
	struct sock_filter *instructions;
	JSValue filter, answer;

	(void)this_value, (void)count;
	/* Index 0 would mean every interface. */
	if (!is_options(ctx, arguments[0], "options") ||
	    !member_integer(ctx, arguments[0], "interfaceIndex", 1, INT_MAX, &interface_index))
		return JS_EXCEPTION;
	filter = JS_GetPropertyStr(ctx, arguments[0], "filter");
	if (JS_IsException(filter))
		return filter;
	instructions = read_filter(ctx, filter, &program);
	JS_FreeValue(ctx, filter);
	if (!instructions)
		return JS_EXCEPTION;
	answer = open_filtered(ctx, interface_index, &program);
	js_free(ctx, instructions);
	return answer;
}

MODULE_FUNCTION(ffi_packet_set_filter)
{
	struct sock_fprog program;
	struct sock_filter *instructions;
	int descriptor, number = 0;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor))
		return JS_EXCEPTION;
	instructions = read_filter(ctx, arguments[1], &program);
	if (!instructions)
		return JS_EXCEPTION;
	if (!attach(descriptor, &program))
		number = errno;
	js_free(ctx, instructions);
	if (number)
		return throw_system_error(ctx, number, "setsockopt", "SO_ATTACH_FILTER");
	return JS_UNDEFINED;
}

MODULE_FUNCTION(ffi_packet_receive)
{
	struct sockaddr_ll source = { .sll_ifindex = 0 };
	struct octets buffer;
	struct iovec vector;
	struct msghdr message = {
		.msg_name = &source, .msg_namelen = sizeof(source), .msg_iov = &vector, .msg_iovlen = 1,
	};
	ssize_t received;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_buffer(ctx, arguments[1], &buffer))
		return JS_EXCEPTION;
	vector.iov_base = buffer.data;
	vector.iov_len = buffer.length;
	received = recvmsg(descriptor, &message, MSG_DONTWAIT);
	if (received < 0)
		return make_not_received(ctx, "recvmsg");
	const struct field fields[] = {
		{ "length", JS_NewInt64(ctx, received) },
		{ "truncated", JS_NewBool(ctx, (message.msg_flags & MSG_TRUNC) != 0) },
		{ "interfaceIndex", JS_NewInt32(ctx, source.sll_ifindex) },
		{ "packetType", JS_NewInt32(ctx, source.sll_pkttype) },
	};

	return make_object(ctx, fields, COUNT_OF(fields));
}

MODULE_FUNCTION(ffi_packet_send)
{
	return ffi_send(ctx, this_value, count, arguments);
}

/* Beyond net.core.rmem_max only with CAP_NET_ADMIN; without it, as much as is allowed. */
static bool enlarge_receive_buffer(int descriptor)
{
	return set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, NETLINK_RECEIVE_OCTETS) ||
	       set_option(descriptor, SOL_SOCKET, SO_RCVBUF, NETLINK_RECEIVE_OCTETS);
}

static bool join_groups(int descriptor, const struct list *groups)
{
	uint32_t index;

	for (index = 0; index < groups->count; index++) {
		if (!set_option(descriptor, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, (int)groups->values[index]))
			return false;
	}
	return true;
}

MODULE_FUNCTION(ffi_netlink_open)
{
	/* Port 0: the kernel gives one, so that several sockets of a process do not meet. */
	const struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	uint32_t protocol;
	struct list groups;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_integer(ctx, arguments[0], "protocol", 0, MAX_LINKS - 1, &protocol) ||
	    !read_list(ctx, arguments[1], "groups", 1, INT_MAX, &groups))
		return JS_EXCEPTION;
	descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, (int)protocol);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_NETLINK");
	if (!set_option(descriptor, SOL_NETLINK, NETLINK_EXT_ACK, 1))
		return throw_and_close(ctx, descriptor, "setsockopt", "NETLINK_EXT_ACK");
	if (!enlarge_receive_buffer(descriptor))
		return throw_and_close(ctx, descriptor, "setsockopt", "SO_RCVBUF");
	if (bind(descriptor, (const struct sockaddr *)&local, sizeof(local)) < 0)
		return throw_and_close(ctx, descriptor, "bind", "AF_NETLINK");
	if (!join_groups(descriptor, &groups))
		return throw_and_close(ctx, descriptor, "setsockopt", "NETLINK_ADD_MEMBERSHIP");
	return make_descriptor(ctx, descriptor, "socket");
}

MODULE_FUNCTION(ffi_interface_index)
{
	interface_name name;
	unsigned int index;

	(void)this_value, (void)count;
	if (!read_text(ctx, arguments[0], "name", name, sizeof(name)))
		return JS_EXCEPTION;
	index = if_nametoindex(name);
	if (index == 0 && errno != ENODEV && errno != ENXIO)
		return throw_system_error(ctx, errno, "if_nametoindex", name);
	return JS_NewInt64(ctx, index);
}
