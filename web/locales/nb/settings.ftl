# The pages of the settings.
section-settings = Innstillinger
settings-pages = Sider for innstillinger
