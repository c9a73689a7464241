# The pages of the settings.
section-settings = Settings
settings-pages = Pages of the settings
