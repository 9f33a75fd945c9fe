# SPDX-License-Identifier: MIT

.PHONY: prepare compile install-any install

define Build/Prepare/Default
	mkdir -p $(PKG_BUILD_DIR)
	$(TAR) -C $(PKG_BUILD_DIR) --strip-components=1 -xf $(DL_DIR)/$(PKG_SOURCE)
endef

define BuildPackage
prepare:
	$(Build/Prepare)

compile:
	$(Build/Compile)

install-any:
	$(call Package/$(1)/install-any,$(DESTDIR))

install:
	$(call Package/$(1)/install,$(DESTDIR))

print-conffiles:
	@$(foreach line,$(Package/$(1)/conffiles),echo $(line);)

print-%:
	@echo '$$($$*)'
endef
