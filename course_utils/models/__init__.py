"""Finished networks in Keras 3, on any backend: `keras.ops` only, never TensorFlow itself.

    cnn         classic_cnn: two convolutions, two poolings, two dense layers
    residual    ResidualBlock, small_resnet: images with shortcuts
    recurrent   stacked_lstm, char_rnn: sequences of numbers, sequences of characters

Conventions: images are float (N, height, width, channels), sequences (N, T, D) or whole
numbers (N, T). The last layer returns logits, not probabilities, in float32 whatever the
precision of the rest: compile with a loss made with `from_logits=True`. Everything here can
be saved to a `.keras` file and read back without `custom_objects`.
"""
