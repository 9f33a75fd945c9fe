// SPDX-License-Identifier: MIT
/*
 * The module quickjs-ffi: its list of functions, and the guard that keeps it out of an engine of another version.
 * Compile all .c files of this folder together, with -DQUICKJS_VERSION="\"...\"": the VERSION of the source tree that
 * quickjs.h is from.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ffi.h"

#define ENGINE_FILE "/proc/self/exe"
/* `qjs --help` prints this, the version and a line feed; there is no call that tells the version. */
#define VERSION_PREFIX "QuickJS version "

/* Architectures differ in the numbers of errors above 34: ENOBUFS tells which ones these are. */
#if ENOBUFS == 105
#define ERRNO_NUMBERS "generic"
#elif ENOBUFS == 132
#define ERRNO_NUMBERS "mips"
#else
#error "the numbers of errors of this architecture are not in src/clients/errno-names.ts"
#endif

static const JSCFunctionListEntry exports[] = {
	JS_PROP_STRING_DEF("engineVersion", QUICKJS_VERSION, JS_PROP_ENUMERABLE),
	JS_PROP_STRING_DEF("errnoNumbers", ERRNO_NUMBERS, JS_PROP_ENUMERABLE),
	JS_CFUNC_DEF("close", 1, ffi_close),
	JS_CFUNC_DEF("send", 2, ffi_send),
	JS_CFUNC_DEF("receive", 2, ffi_receive),
	JS_CFUNC_DEF("unixConnect", 1, ffi_unix_connect),
	JS_CFUNC_DEF("unixListen", 2, ffi_unix_listen),
	JS_CFUNC_DEF("unixAccept", 1, ffi_unix_accept),
	JS_CFUNC_DEF("unixDatagram", 2, ffi_unix_datagram),
	JS_CFUNC_DEF("udpOpen", 1, ffi_udp_open),
	JS_CFUNC_DEF("udpReceive", 2, ffi_udp_receive),
	JS_CFUNC_DEF("udpSend", 3, ffi_udp_send),
	JS_CFUNC_DEF("udpReceiveError", 1, ffi_udp_receive_error),
	JS_CFUNC_DEF("icmpOpen", 1, ffi_icmp_open),
	JS_CFUNC_DEF("icmpReceive", 2, ffi_icmp_receive),
	JS_CFUNC_DEF("icmpSend", 3, ffi_raw_send),
	JS_CFUNC_DEF("ipv4Open", 0, ffi_ipv4_open),
	JS_CFUNC_DEF("ipv4Send", 3, ffi_raw_send),
	JS_CFUNC_DEF("packetOpen", 1, ffi_packet_open),
	JS_CFUNC_DEF("packetSetFilter", 2, ffi_packet_set_filter),
	JS_CFUNC_DEF("packetReceive", 2, ffi_packet_receive),
	JS_CFUNC_DEF("packetSend", 2, ffi_packet_send),
	JS_CFUNC_DEF("netlinkOpen", 2, ffi_netlink_open),
	JS_CFUNC_DEF("interfaceIndex", 1, ffi_interface_index),
	JS_CFUNC_DEF("digest", 2, ffi_digest),
	JS_CFUNC_DEF("hmac", 3, ffi_hmac),
	JS_CFUNC_DEF("randomOctets", 1, ffi_random_octets),
};

struct version {
	char text[32];
};

/* The version that the engine's own text names; 'unknown' where it names none. */
static struct version find_version(const char *engine, size_t size)
{
	struct version version = { "unknown" };
	const char *end, *found = memmem(engine, size, VERSION_PREFIX, strlen(VERSION_PREFIX));

	if (!found)
		return version;
	found += strlen(VERSION_PREFIX);
	end = memchr(found, '\n', size - (size_t)(found - engine));
	if (end)
		snprintf(version.text, sizeof(version.text), "%.*s", (int)(end - found), found);
	return version;
}

static struct version engine_version(void)
{
	struct version version = { "unknown" };
	int descriptor = open(ENGINE_FILE, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *engine;

	if (descriptor < 0)
		return version;
	if (fstat(descriptor, &status) == 0) {
		engine = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
		if (engine != MAP_FAILED) {
			version = find_version(engine, (size_t)status.st_size);
			munmap(engine, (size_t)status.st_size);
		}
	}
	close(descriptor);
	return version;
}

/*
 * Runs when the importing program starts. An exception is thrown here and not in js_init_module(), because the
 * engine replaces one thrown there by "initialization error". Before the versions are known to agree, only calls are
 * made that take and give nothing but pointers: the layout of values may differ.
 */
static int initialize(JSContext *ctx, JSModuleDef *module)
{
	struct version version = engine_version();

	if (strcmp(version.text, QUICKJS_VERSION) != 0) {
		JS_ThrowReferenceError(ctx,
				       "quickjs-ffi.so was compiled for QuickJS " QUICKJS_VERSION
				       ", this engine's version is %s: reinstall the pmip package for this QuickJS",
				       version.text);
		return -1;
	}
	return JS_SetModuleExportList(ctx, module, exports, (int)COUNT_OF(exports));
}

__attribute__((visibility("default"))) JSModuleDef *js_init_module(JSContext *ctx, const char *module_name);

JSModuleDef *js_init_module(JSContext *ctx, const char *module_name)
{
	JSModuleDef *module = JS_NewCModule(ctx, module_name, initialize);
	size_t index;

	if (!module)
		return NULL;
	for (index = 0; index < COUNT_OF(exports); index++) {
		if (JS_AddModuleExport(ctx, module, exports[index].name) < 0)
			return NULL;
	}
	return module;
}
