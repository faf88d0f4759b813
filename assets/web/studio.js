// Entry point of the page: the components that Gradio mounts. The workspace loads before that.

import { mountBars } from "./pages/bars.js";
import { mountModels } from "./pages/models.js";
import { mountNewFiles } from "./pages/new_recording/new_recording.js";
import { mountSidebar } from "./pages/sidebar.js";
import { mountTrainingData } from "./pages/training/training_data.js";
import { mountVoices } from "./pages/voices.js";
import { mountWords } from "./pages/words.js";
import { mountWork } from "./pages/work.js";
import { mountWorkspace, prepareWorkspace } from "./pages/workspace.js";

prepareWorkspace();

export {
  mountBars,
  mountModels,
  mountNewFiles,
  mountSidebar,
  mountTrainingData,
  mountVoices,
  mountWords,
  mountWork,
  mountWorkspace,
};
