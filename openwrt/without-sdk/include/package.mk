# SPDX-License-Identifier: MIT

.PHONY: prepare compile install-any install

define Build/Prepare/Default
	mkdir -p $(PKG_BUILD_DIR)
	$(TAR) -C $(PKG_BUILD_DIR) --strip-components=1 -xf $(DL_DIR)/$(PKG_SOURCE)
endef

# A Makefile may have several packages, which are installed one after the other.
define BuildPackage
ifndef FIRST_PACKAGE
FIRST_PACKAGE:=$(1)

prepare:
	$(Build/Prepare)

compile:
	$(Build/Compile)

install-any:
	$(call Package/$(1)/install-any,$(DESTDIR))

print-conffiles:
	@$(foreach line,$(Package/$(1)/conffiles),echo $(line);)

# A script, as it is.
print-postrm:
	@:$$(info $$(Package/$(1)/postrm))

print-%:
	@echo '$$($$*)'
endif

install::
	$(call Package/$(1)/install,$(DESTDIR))
endef
