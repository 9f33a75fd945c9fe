// SPDX-License-Identifier: MIT
/* Arguments from JavaScript, checked. Nothing is converted: a string that looks like a number is not one. */
#include <limits.h>
#include <string.h>

#include "ffi.h"

bool read_integer(JSContext *ctx, JSValueConst value, const char *name, uint32_t least, uint32_t most, uint32_t *out)
{
	double number;

	if (!JS_IsNumber(value)) {
		JS_ThrowTypeError(ctx, "%s is not a number", name);
		return false;
	}
	if (JS_ToFloat64(ctx, &number, value) < 0)
		return false;
	/* Written so that NaN fails; the cast is defined only after this. */
	if (!(number >= least && number <= most) || (double)(uint32_t)number != number) {
		JS_ThrowRangeError(ctx, "%s is %.15g, not a whole number from %lu to %lu", name, number,
				   (unsigned long)least, (unsigned long)most);
		return false;
	}
	*out = (uint32_t)number;
	return true;
}

bool read_descriptor(JSContext *ctx, JSValueConst value, int *out)
{
	uint32_t number;

	if (!read_integer(ctx, value, "descriptor", 0, INT_MAX, &number))
		return false;
	*out = (int)number;
	return true;
}

bool read_octets(JSContext *ctx, JSValueConst value, const char *name, struct octets *out)
{
	size_t offset, length, octets_per_element, size;
	JSValue buffer;
	uint8_t *data;

	buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &length, &octets_per_element);
	if (JS_IsException(buffer)) {
		JS_FreeValue(ctx, JS_GetException(ctx));
		JS_ThrowTypeError(ctx, "%s is not a Uint8Array", name);
		return false;
	}
	data = JS_GetArrayBuffer(ctx, &size, buffer);
	/* The array in the caller's hands keeps the buffer alive. */
	JS_FreeValue(ctx, buffer);
	if (!data)
		return false;
	if (octets_per_element != 1) {
		JS_ThrowTypeError(ctx, "%s is not a Uint8Array", name);
		return false;
	}
	if (offset > size || length > size - offset) {
		JS_ThrowRangeError(ctx, "%s lies outside its ArrayBuffer", name);
		return false;
	}
	out->data = data + offset;
	out->length = length;
	return true;
}

bool read_buffer(JSContext *ctx, JSValueConst value, struct octets *out)
{
	if (!read_octets(ctx, value, "buffer", out))
		return false;
	if (out->length == 0) {
		JS_ThrowRangeError(ctx, "buffer has no room");
		return false;
	}
	return true;
}

bool read_text(JSContext *ctx, JSValueConst value, const char *name, char *out, size_t size)
{
	const char *text;
	size_t length;
	bool fits;

	if (!JS_IsString(value)) {
		JS_ThrowTypeError(ctx, "%s is not a string", name);
		return false;
	}
	text = JS_ToCStringLen(ctx, &length, value);
	if (!text)
		return false;
	fits = length > 0 && length < size && !memchr(text, 0, length);
	if (fits)
		memcpy(out, text, length + 1);
	JS_FreeCString(ctx, text);
	if (!fits)
		JS_ThrowRangeError(ctx, "%s has %lu octets, not 1 to %lu without NUL", name, (unsigned long)length,
				   (unsigned long)(size - 1));
	return fits;
}

bool is_options(JSContext *ctx, JSValueConst value, const char *name)
{
	if (JS_IsObject(value))
		return true;
	JS_ThrowTypeError(ctx, "%s is not an object", name);
	return false;
}

bool read_length(JSContext *ctx, JSValueConst list, const char *name, uint32_t most, uint32_t *out)
{
	int is_array = JS_IsArray(ctx, list);
	JSValue length;
	bool read;

	if (is_array <= 0) {
		if (is_array == 0)
			JS_ThrowTypeError(ctx, "%s is not an array", name);
		return false;
	}
	length = JS_GetPropertyStr(ctx, list, "length");
	read = !JS_IsException(length) && read_integer(ctx, length, name, 0, most, out);
	JS_FreeValue(ctx, length);
	return read;
}

bool read_list(JSContext *ctx, JSValueConst value, const char *name, uint32_t least, uint32_t most, struct list *out)
{
	uint32_t index;

	if (!read_length(ctx, value, name, LIST_MOST, &out->count))
		return false;
	for (index = 0; index < out->count; index++) {
		JSValue element = JS_GetPropertyUint32(ctx, value, index);
		bool read = !JS_IsException(element) &&
			    read_integer(ctx, element, name, least, most, &out->values[index]);

		JS_FreeValue(ctx, element);
		if (!read)
			return false;
	}
	return true;
}

bool member_integer(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		    uint32_t *out)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = !JS_IsException(value) && read_integer(ctx, value, name, least, most, out);

	JS_FreeValue(ctx, value);
	return read;
}

bool optional_integer(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		      uint32_t *out)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = !JS_IsException(value) &&
		    (JS_IsUndefined(value) || read_integer(ctx, value, name, least, most, out));

	JS_FreeValue(ctx, value);
	return read;
}

bool optional_boolean(JSContext *ctx, JSValueConst object, const char *name, bool *out)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = JS_IsBool(value) || JS_IsUndefined(value);

	if (JS_IsBool(value))
		*out = JS_ToBool(ctx, value) > 0;
	else if (!read && !JS_IsException(value))
		JS_ThrowTypeError(ctx, "%s is not a boolean", name);
	JS_FreeValue(ctx, value);
	return read;
}

bool member_text(JSContext *ctx, JSValueConst object, const char *name, char *out, size_t size)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = !JS_IsException(value) && read_text(ctx, value, name, out, size);

	JS_FreeValue(ctx, value);
	return read;
}

bool optional_text(JSContext *ctx, JSValueConst object, const char *name, char *out, size_t size)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = !JS_IsException(value) && (JS_IsUndefined(value) || read_text(ctx, value, name, out, size));

	JS_FreeValue(ctx, value);
	return read;
}

bool member_list(JSContext *ctx, JSValueConst object, const char *name, uint32_t least, uint32_t most,
		 struct list *out)
{
	JSValue value = JS_GetPropertyStr(ctx, object, name);
	bool read = !JS_IsException(value) && read_list(ctx, value, name, least, most, out);

	JS_FreeValue(ctx, value);
	return read;
}
