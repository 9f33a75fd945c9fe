// SPDX-License-Identifier: MIT
/* Digests by mbed TLS (2.28 and 3.x), random octets by the kernel. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include <mbedtls/md.h>

#include "ffi.h"

#define ALGORITHM_NAME_SIZE 16
#define RANDOM_OCTETS_MOST 65536

static const mbedtls_md_info_t *read_algorithm(JSContext *ctx, JSValueConst value)
{
	static const struct {
		const char *name;
		mbedtls_md_type_t type;
	} algorithms[] = { { "md5", MBEDTLS_MD_MD5 }, { "sha256", MBEDTLS_MD_SHA256 } };
	char name[ALGORITHM_NAME_SIZE];
	size_t index;

	if (!read_text(ctx, value, "algorithm", name, sizeof(name)))
		return NULL;
	for (index = 0; index < COUNT_OF(algorithms); index++) {
		const mbedtls_md_info_t *information;

		if (strcmp(name, algorithms[index].name) != 0)
			continue;
		information = mbedtls_md_info_from_type(algorithms[index].type);
		if (!information)
			JS_ThrowInternalError(ctx, "this system's mbed TLS was built without %s", name);
		return information;
	}
	JS_ThrowRangeError(ctx, "algorithm is '%s', not 'md5' or 'sha256'", name);
	return NULL;
}

static JSValue make_digest(JSContext *ctx, const mbedtls_md_info_t *algorithm, const unsigned char *digest, int status)
{
	if (status != 0)
		return JS_ThrowInternalError(ctx, "mbed TLS: error -0x%04x", (unsigned int)-status);
	return make_octets(ctx, digest, mbedtls_md_get_size(algorithm));
}

MODULE_FUNCTION(ffi_digest)
{
	unsigned char digest[MBEDTLS_MD_MAX_SIZE];
	const mbedtls_md_info_t *algorithm;
	struct octets octets;

	(void)this_value, (void)count;
	algorithm = read_algorithm(ctx, arguments[0]);
	if (!algorithm || !read_octets(ctx, arguments[1], "octets", &octets))
		return JS_EXCEPTION;
	return make_digest(ctx, algorithm, digest, mbedtls_md(algorithm, octets.data, octets.length, digest));
}

MODULE_FUNCTION(ffi_hmac)
{
	unsigned char digest[MBEDTLS_MD_MAX_SIZE];
	const mbedtls_md_info_t *algorithm;
	struct octets key, octets;
	int status;

	(void)this_value, (void)count;
	algorithm = read_algorithm(ctx, arguments[0]);
	if (!algorithm || !read_octets(ctx, arguments[1], "key", &key) ||
	    !read_octets(ctx, arguments[2], "octets", &octets))
		return JS_EXCEPTION;
	status = mbedtls_md_hmac(algorithm, key.data, key.length, octets.data, octets.length, digest);
	return make_digest(ctx, algorithm, digest, status);
}

MODULE_FUNCTION(ffi_random_octets)
{
	uint32_t length;
	size_t filled = 0;
	uint8_t *octets;
	JSValue answer;

	(void)this_value, (void)count;
	if (!read_integer(ctx, arguments[0], "length", 0, RANDOM_OCTETS_MOST, &length))
		return JS_EXCEPTION;
	octets = js_malloc(ctx, length ? length : 1);
	if (!octets)
		return JS_EXCEPTION;
	while (filled < length) {
		ssize_t got = getrandom(octets + filled, length - filled, 0);
		int number = errno;

		if (got > 0) {
			filled += (size_t)got;
		} else if (number != EINTR) {
			js_free(ctx, octets);
			return throw_system_error(ctx, number, "getrandom", NULL);
		}
	}
	answer = make_octets(ctx, octets, length);
	js_free(ctx, octets);
	return answer;
}
