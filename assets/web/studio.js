// The whole page in one: what Gradio places, and what is begun before Gradio is ready to place it.

import { mountLibrary } from "./library.js";
import { mountMasthead } from "./masthead.js";
import { mountModels } from "./models.js";
import { mountTrainingData } from "./training_data.js";
import { mountWorkspace, prepareWorkspace } from "./workspace.js";

prepareWorkspace();

export { mountLibrary, mountMasthead, mountModels, mountTrainingData, mountWorkspace };
