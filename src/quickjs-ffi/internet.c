// SPDX-License-Identifier: MIT
/* UDP, raw ICMP, and IPv4 packets sent whole. The first two learn from ancillary data where a datagram was sent to and with which TTL it came. */
#include <errno.h>
#include <limits.h>
/* <linux/errqueue.h> wants struct timespec. */
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ffi.h"

/* RFC 5944 §2: agent advertisements (type 9) and solicitations (type 10) are all that this socket is for. */
#define AGENT_DISCOVERY_TYPES ((UINT32_C(1) << 9) | (UINT32_C(1) << 10))

/* <linux/icmp.h> has these, and on musl clashes with <net/if.h>. */
#define ICMP_FILTER 1

struct icmp_filter {
	uint32_t refused_types;
};

/* Room for both facts; the union gives it the alignment of a header. */
union ancillary {
	struct cmsghdr header;
	unsigned char octets[CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

struct arrival {
	struct in_pktinfo packet;
	int time_to_live;
};

/* "10.0.0.1:434", without the port where that is 0: for the message of an error. */
struct endpoint_text {
	char text[sizeof("255.255.255.255:65535")];
};

static struct sockaddr_in internet_address(uint32_t address, uint32_t port)
{
	struct sockaddr_in internet = { .sin_family = AF_INET };

	internet.sin_addr.s_addr = htonl(address);
	internet.sin_port = htons((uint16_t)port);
	return internet;
}

static struct endpoint_text endpoint_text(uint32_t address, uint32_t port)
{
	struct endpoint_text endpoint;
	size_t size = sizeof(endpoint.text);
	int length = snprintf(endpoint.text, size, "%u.%u.%u.%u", (unsigned)(address >> 24),
			      (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
			      (unsigned)(address & 255));

	if (port)
		snprintf(endpoint.text + length, size - (size_t)length, ":%u", (unsigned)(port & 65535));
	return endpoint;
}

/* As make_sent, with a text of the destination made only when it is needed. */
static JSValue make_sent_to(JSContext *ctx, ssize_t sent, const char *syscall, uint32_t address, uint32_t port)
{
	int number = errno;

	if (sent >= 0 || number == EAGAIN || number == EWOULDBLOCK)
		return JS_NewInt64(ctx, sent >= 0 ? sent : 0);
	return throw_system_error(ctx, number, syscall, endpoint_text(address, port).text);
}

static struct arrival read_ancillary(struct msghdr *message)
{
	struct arrival arrival = { .time_to_live = 0 };
	struct cmsghdr *header;

	for (header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != IPPROTO_IP)
			continue;
		if (header->cmsg_type == IP_PKTINFO && header->cmsg_len >= CMSG_LEN(sizeof(arrival.packet)))
			memcpy(&arrival.packet, CMSG_DATA(header), sizeof(arrival.packet));
		else if (header->cmsg_type == IP_TTL && header->cmsg_len >= CMSG_LEN(sizeof(arrival.time_to_live)))
			memcpy(&arrival.time_to_live, CMSG_DATA(header), sizeof(arrival.time_to_live));
	}
	return arrival;
}

/*
 * On a socket that receives errors, what ICMP said of an earlier datagram fails the next call, whatever that is about, and
 * is thereby taken off: the call is worth a second try.
 */
static bool is_error_of_another(int number)
{
	return number != EAGAIN && number != EWOULDBLOCK;
}

MODULE_FUNCTION(ffi_udp_open)
{
	uint32_t address = 0, port;
	interface_name name = "";
	bool broadcast = false, receive_errors = false;
	struct endpoint_text endpoint;
	struct sockaddr_in local;
	int descriptor;

	(void)this_value, (void)count;
	if (!is_options(ctx, arguments[0], "options") ||
	    !optional_integer(ctx, arguments[0], "address", 0, UINT32_MAX, &address) ||
	    !member_integer(ctx, arguments[0], "port", 0, 65535, &port) ||
	    !optional_text(ctx, arguments[0], "interfaceName", name, sizeof(name)) ||
	    !optional_boolean(ctx, arguments[0], "broadcast", &broadcast) ||
	    !optional_boolean(ctx, arguments[0], "receiveErrors", &receive_errors))
		return JS_EXCEPTION;
	descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "AF_INET");
	if (!set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1) || !set_option(descriptor, IPPROTO_IP, IP_RECVTTL, 1) ||
	    !set_option(descriptor, SOL_SOCKET, SO_BROADCAST, broadcast))
		return throw_and_close(ctx, descriptor, "setsockopt", "IP_PKTINFO");
	if (receive_errors && !set_option(descriptor, IPPROTO_IP, IP_RECVERR, 1))
		return throw_and_close(ctx, descriptor, "setsockopt", "IP_RECVERR");
	if (name[0] && setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) < 0)
		return throw_and_close(ctx, descriptor, "setsockopt", name);
	local = internet_address(address, port);
	endpoint = endpoint_text(address, port);
	if (bind(descriptor, (struct sockaddr *)&local, sizeof(local)) < 0)
		return throw_and_close(ctx, descriptor, "bind", endpoint.text);
	return make_descriptor(ctx, descriptor, "socket");
}

MODULE_FUNCTION(ffi_udp_receive)
{
	struct octets buffer;
	struct sockaddr_in source = { .sin_family = AF_INET };
	union ancillary ancillary;
	struct iovec vector;
	struct msghdr message = {
		.msg_name = &source, .msg_namelen = sizeof(source), .msg_iov = &vector, .msg_iovlen = 1,
		.msg_control = &ancillary, .msg_controllen = sizeof(ancillary),
	};
	struct arrival arrival;
	ssize_t received;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_buffer(ctx, arguments[1], &buffer))
		return JS_EXCEPTION;
	vector.iov_base = buffer.data;
	vector.iov_len = buffer.length;
	received = recvmsg(descriptor, &message, MSG_DONTWAIT);
	if (received < 0 && is_error_of_another(errno))
		received = recvmsg(descriptor, &message, MSG_DONTWAIT);
	if (received < 0)
		return make_not_received(ctx, "recvmsg");
	arrival = read_ancillary(&message);
	const struct field fields[] = {
		{ "length", JS_NewInt64(ctx, received) },
		{ "truncated", JS_NewBool(ctx, (message.msg_flags & MSG_TRUNC) != 0) },
		{ "sourceAddress", JS_NewInt64(ctx, ntohl(source.sin_addr.s_addr)) },
		{ "sourcePort", JS_NewInt32(ctx, ntohs(source.sin_port)) },
		{ "destinationAddress", JS_NewInt64(ctx, ntohl(arrival.packet.ipi_addr.s_addr)) },
		{ "interfaceIndex", JS_NewInt32(ctx, arrival.packet.ipi_ifindex) },
		{ "timeToLive", JS_NewInt32(ctx, arrival.time_to_live) },
	};

	return make_object(ctx, fields, COUNT_OF(fields));
}

/* Appends one header to the ancillary data of a message that begins with none. */
static void add_ancillary(struct msghdr *message, union ancillary *ancillary, int type, const void *data, size_t size)
{
	struct cmsghdr *header = (void *)(ancillary->octets + message->msg_controllen);

	header->cmsg_level = IPPROTO_IP;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(header), data, size);
	message->msg_control = ancillary;
	message->msg_controllen += CMSG_SPACE(size);
}

MODULE_FUNCTION(ffi_udp_send)
{
	uint32_t address, port, source_address = 0, interface_index = 0, time_to_live = 0;
	union ancillary ancillary = { .octets = { 0 } };
	struct sockaddr_in destination;
	struct iovec vector;
	struct msghdr message = {
		.msg_name = &destination, .msg_namelen = sizeof(destination), .msg_iov = &vector, .msg_iovlen = 1,
	};
	struct octets octets;
	int descriptor;
	ssize_t sent;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !is_options(ctx, arguments[2], "destination") ||
	    !member_integer(ctx, arguments[2], "address", 0, UINT32_MAX, &address) ||
	    !member_integer(ctx, arguments[2], "port", 1, 65535, &port) ||
	    !optional_integer(ctx, arguments[2], "sourceAddress", 0, UINT32_MAX, &source_address) ||
	    !optional_integer(ctx, arguments[2], "interfaceIndex", 1, INT_MAX, &interface_index) ||
	    !optional_integer(ctx, arguments[2], "timeToLive", 1, 255, &time_to_live) ||
	    !read_octets(ctx, arguments[1], "octets", &octets))
		return JS_EXCEPTION;
	destination = internet_address(address, port);
	vector.iov_base = octets.data;
	vector.iov_len = octets.length;
	if (source_address || interface_index) {
		const struct in_pktinfo packet = {
			.ipi_ifindex = (int)interface_index, .ipi_spec_dst.s_addr = htonl(source_address),
		};

		add_ancillary(&message, &ancillary, IP_PKTINFO, &packet, sizeof(packet));
	}
	if (time_to_live) {
		const int value = (int)time_to_live;

		add_ancillary(&message, &ancillary, IP_TTL, &value, sizeof(value));
	}
	sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0 && is_error_of_another(errno))
		sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	return make_sent_to(ctx, sent, "sendmsg", address, port);
}

static const struct sock_extended_err *find_extended_error(struct msghdr *message)
{
	struct cmsghdr *header;

	for (header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR &&
		    header->cmsg_len >= CMSG_LEN(sizeof(struct sock_extended_err)))
			return (const void *)CMSG_DATA(header);
	}
	return NULL;
}

MODULE_FUNCTION(ffi_udp_receive_error)
{
	/* The extended error comes with the address of who sent it, and behind what read_ancillary() reads. */
	union {
		struct cmsghdr header;
		unsigned char octets[256];
	} ancillary;
	struct sockaddr_in destination = { .sin_family = AF_INET };
	const struct sock_extended_err *error;
	/* With room for no octet at all, qemu-user never asks the kernel. */
	char octet;
	struct iovec place = { .iov_base = &octet, .iov_len = sizeof(octet) };
	int descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor))
		return JS_EXCEPTION;
	do {
		struct msghdr message = {
			.msg_name = &destination, .msg_namelen = sizeof(destination),
			.msg_iov = &place, .msg_iovlen = 1,
			.msg_control = &ancillary, .msg_controllen = sizeof(ancillary),
		};

		if (recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return make_not_received(ctx, "recvmsg");
		error = find_extended_error(&message);
		if (!error)
			return JS_UNDEFINED;
		/* The kernel's own refusals are in the same queue; sending has told them. */
	} while (error->ee_origin != SO_EE_ORIGIN_ICMP);
	const struct field fields[] = {
		{ "address", JS_NewInt64(ctx, ntohl(destination.sin_addr.s_addr)) },
		{ "port", JS_NewInt32(ctx, ntohs(destination.sin_port)) },
		{ "icmpType", JS_NewInt32(ctx, error->ee_type) },
		{ "icmpCode", JS_NewInt32(ctx, error->ee_code) },
	};

	return make_object(ctx, fields, COUNT_OF(fields));
}

/* The socket receives from the moment it exists, so what came before it was bound and filtered is thrown away. */
static void discard_received(int descriptor)
{
	char octet;

	while (recv(descriptor, &octet, sizeof(octet), MSG_DONTWAIT) >= 0)
		;
}

static bool set_icmp_filter(int descriptor, uint32_t wanted_types)
{
	const struct icmp_filter filter = { .refused_types = ~wanted_types };

	return setsockopt(descriptor, SOL_RAW, ICMP_FILTER, &filter, sizeof(filter)) == 0;
}

static bool set_icmp_options(int descriptor, int index)
{
	const struct ip_mreqn interface = { .imr_ifindex = index };

	return set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1) &&
	       set_option(descriptor, IPPROTO_IP, IP_TTL, 1) &&
	       set_option(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, 1) &&
	       set_option(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, 0) &&
	       /* Else groups that other programs have joined would be delivered here too. */
	       set_option(descriptor, IPPROTO_IP, IP_MULTICAST_ALL, 0) &&
	       /* An advertisement may go to 255.255.255.255 (RFC 5944 §2.3). */
	       set_option(descriptor, SOL_SOCKET, SO_BROADCAST, 1) &&
	       setsockopt(descriptor, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)) == 0;
}

static bool join_groups(int descriptor, int index, const struct list *groups)
{
	uint32_t number;

	for (number = 0; number < groups->count; number++) {
		const struct ip_mreqn membership = {
			.imr_multiaddr.s_addr = htonl(groups->values[number]), .imr_ifindex = index,
		};

		if (setsockopt(descriptor, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership)) < 0)
			return false;
	}
	return true;
}

MODULE_FUNCTION(ffi_icmp_open)
{
	interface_name name;
	struct list groups;
	int descriptor, index;

	(void)this_value, (void)count;
	if (!is_options(ctx, arguments[0], "options") ||
	    !member_text(ctx, arguments[0], "interfaceName", name, sizeof(name)) ||
	    !member_list(ctx, arguments[0], "multicastGroups", UINT32_C(0xe0000000), UINT32_C(0xefffffff), &groups))
		return JS_EXCEPTION;
	index = (int)if_nametoindex(name);
	if (index == 0)
		return throw_system_error(ctx, errno, "if_nametoindex", name);
	descriptor = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "SOCK_RAW");
	if (!set_icmp_filter(descriptor, 0))
		return throw_and_close(ctx, descriptor, "setsockopt", "ICMP_FILTER");
	if (setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) < 0)
		return throw_and_close(ctx, descriptor, "setsockopt", name);
	if (!set_icmp_options(descriptor, index))
		return throw_and_close(ctx, descriptor, "setsockopt", NULL);
	discard_received(descriptor);
	if (!set_icmp_filter(descriptor, AGENT_DISCOVERY_TYPES))
		return throw_and_close(ctx, descriptor, "setsockopt", "ICMP_FILTER");
	if (!join_groups(descriptor, index, &groups))
		return throw_and_close(ctx, descriptor, "setsockopt", "IP_ADD_MEMBERSHIP");
	return make_descriptor(ctx, descriptor, "socket");
}

/* Length of the IP header (with its options) of the message that waits, or -1 with errno. */
static ssize_t peek_header_length(int descriptor)
{
	struct iphdr header;

	if (recv(descriptor, &header, sizeof(header), MSG_PEEK | MSG_DONTWAIT) < 0)
		return -1;
	return header.ihl * 4;
}

MODULE_FUNCTION(ffi_icmp_receive)
{
	union {
		struct iphdr fixed;
		unsigned char octets[60];
	} header;
	struct octets buffer;
	union ancillary ancillary;
	struct iovec vectors[2] = { { .iov_base = &header } };
	struct msghdr message = {
		.msg_iov = vectors, .msg_iovlen = 2, .msg_control = &ancillary, .msg_controllen = sizeof(ancillary),
	};
	ssize_t header_length, received;
	int descriptor;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_buffer(ctx, arguments[1], &buffer))
		return JS_EXCEPTION;
	header_length = peek_header_length(descriptor);
	if (header_length < 0)
		return make_not_received(ctx, "recv");
	vectors[0].iov_len = (size_t)header_length;
	vectors[1].iov_base = buffer.data;
	vectors[1].iov_len = buffer.length;
	received = recvmsg(descriptor, &message, MSG_DONTWAIT);
	if (received < 0)
		return make_not_received(ctx, "recvmsg");
	/* The kernel delivers no IP packet shorter than its header, but a descriptor of another kind might. */
	if (received < header_length || header_length < (ssize_t)sizeof(header.fixed))
		return throw_system_error(ctx, EPROTO, "recvmsg", NULL);
	const struct field fields[] = {
		{ "length", JS_NewInt64(ctx, received - header_length) },
		{ "truncated", JS_NewBool(ctx, (message.msg_flags & MSG_TRUNC) != 0) },
		{ "sourceAddress", JS_NewInt64(ctx, ntohl(header.fixed.saddr)) },
		{ "destinationAddress", JS_NewInt64(ctx, ntohl(header.fixed.daddr)) },
		{ "timeToLive", JS_NewInt32(ctx, header.fixed.ttl) },
		{ "interfaceIndex", JS_NewInt32(ctx, read_ancillary(&message).packet.ipi_ifindex) },
	};

	return make_object(ctx, fields, COUNT_OF(fields));
}

MODULE_FUNCTION(ffi_ipv4_open)
{
	int descriptor;

	(void)this_value, (void)count, (void)arguments;
	/* This protocol number says that the header is in what is sent, and nothing is received by it. */
	descriptor = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW);
	if (descriptor < 0)
		return throw_system_error(ctx, errno, "socket", "SOCK_RAW");
	return make_descriptor(ctx, descriptor, "socket");
}

/* What is sent is an ICMP message, or the whole packet, as the socket was opened. */
MODULE_FUNCTION(ffi_raw_send)
{
	struct sockaddr_in destination;
	struct octets octets;
	uint32_t address;
	int descriptor;
	ssize_t sent;

	(void)this_value, (void)count;
	if (!read_descriptor(ctx, arguments[0], &descriptor) || !read_octets(ctx, arguments[1], "octets", &octets) ||
	    !read_integer(ctx, arguments[2], "address", 0, UINT32_MAX, &address))
		return JS_EXCEPTION;
	destination = internet_address(address, 0);
	sent = sendto(descriptor, octets.data, octets.length, MSG_NOSIGNAL | MSG_DONTWAIT,
		      (struct sockaddr *)&destination, sizeof(destination));
	return make_sent_to(ctx, sent, "sendto", address, 0);
}
