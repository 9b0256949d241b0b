"""Finished networks in Keras 3, on any backend: `keras.ops` only, never TensorFlow itself.

    cnn         classic_cnn: two convolutions, two poolings, two dense layers
    residual    ResidualBlock, small_resnet: images with shortcuts
    recurrent   stacked_lstm, char_rnn: sequences of numbers, sequences of characters
    attention   MultiHeadAttention, AdditiveAttention, and the functions they are made of
    positions   sinusoidal, learned, rotary: where a token stands
    seq2seq     Seq2Seq: a recurrent reader and writer, with attention or without
    transformer Transformer, EncoderBlock, DecoderBlock; translate lets them write
    gpt         GPT, GPTConfig, SIZES; generate and stream let it write, cache is how it remembers
    pretrained  save_pretrained, load_pretrained: a GPT with its tokenizer, verified
    count       parameters, floating-point operations and memory, before anything is built

Conventions: images are float (N, height, width, channels), sequences (N, T, D) or whole
numbers (N, T). The last layer returns logits, not probabilities, in float32 whatever the
precision of the rest: compile with a loss made with `from_logits=True`. Everything here can
be saved to a `.keras` file and read back without `custom_objects`.
"""
