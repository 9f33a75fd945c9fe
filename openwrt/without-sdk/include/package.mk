# SPDX-License-Identifier: MIT

.PHONY: install-any install compile

define BuildPackage
install-any:
	$(call Package/$(1)/install-any,$(DESTDIR))

install:
	$(call Package/$(1)/install,$(DESTDIR))

compile:
	$(Build/Compile)

print-conffiles:
	@$(foreach line,$(Package/$(1)/conffiles),echo $(line);)

print-%:
	@echo '$$($$*)'
endef
