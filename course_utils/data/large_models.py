"""Public facts about well-known models, one row each, for plots of how models grew."""

import io

from course_utils.data.embedded import read_embedded


def load_large_models():
    """Load the table of public models, oldest first.

    Returns:
        pandas DataFrame with the columns

        - `name`: what its makers call the model;
        - `year`: int, of the paper or report in `source`;
        - `parameters`: float, how many numbers the model stores; NaN = undisclosed;
        - `active`: float, how many of them one token uses, where only a part is used and
          the source says how many; NaN otherwise;
        - `tokens`: float, length of the training text in tokens; NaN = not text only, or
          not stated in tokens;
        - `architecture`: "n-gram table", "CNN", "LSTM", "encoder", "decoder",
          "encoder-decoder", "other Transformer", "diffusion", "state space",
          "graph network" or "undisclosed";
        - `experts`: "yes" for a mixture of experts, "no", NaN = undisclosed;
        - `modality`: kinds of data, joined by "+";
        - `task`: what it was first trained or shown to do;
        - `access`: "open" (weights, code and data), "weights" (they can be downloaded or
          requested), "closed"; NaN before 2018, when the question was rarely asked;
        - `source`: where the numbers stand, an arXiv number where there is one.

    Raises:
        DataMissingError: the file is damaged; the message says how to mend it.

    The card, data/large_models.md, says what is counted as a parameter and what is not.
    """
    import pandas as pd

    return pd.read_csv(io.BytesIO(read_embedded("large_models")))
