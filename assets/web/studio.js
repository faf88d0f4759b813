// Entry point of the page: the components that Gradio mounts. The workspace loads before that.

import { mountLibrary } from "./pages/library.js";
import { mountMasthead } from "./pages/masthead.js";
import { mountModels } from "./pages/models.js";
import { mountTrainingData } from "./pages/training_data.js";
import { mountWorkspace, prepareWorkspace } from "./pages/workspace.js";

prepareWorkspace();

export { mountLibrary, mountMasthead, mountModels, mountTrainingData, mountWorkspace };
