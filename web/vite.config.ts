import { defineConfig } from "vite";

// The server embeds dist/ and looks names up in the manifest (branding/src/assets.rs).
export default defineConfig({
  base: "/",
  publicDir: false,
  build: {
    outDir: "dist",
    manifest: true,
    target: "es2022",
    cssMinify: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      input: ["styles/main.css", "styles/console.css", "scripts/main.ts", "scripts/console.ts", "scripts/stripe.ts", "scripts/connect.ts", "scripts/passkey.ts"],
    },
  },
});
