import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv*/", "workspace/", "out/"] },
  js.configs.recommended,
  {
    files: ["assets/web/**/*.js", "benchmarks/*.js", "tests/browser/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["assets/web/live/capture/*_worklet.js"],
    languageOptions: { globals: globals.audioWorklet },
  },
  {
    files: ["tests/web/**/*.js"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-var": "error",
      "prefer-const": "error",
      "no-implicit-globals": "error",
      eqeqeq: "error",
    },
  },
];
