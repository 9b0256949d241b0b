"""What is done with a `keras.Model`: training it and asking its gradients. Knows no model by name.

    fit          fit: an order of examples that can be repeated, and training that resumes
    checkpoint   Checkpoint, resume: everything that the next epoch depends on, on disk
    stop_on_nan  StopOnNaN: a loss that is no number ends the training and says where
    report       Report: a live bar for a person, nothing that varies in a stored output
    tensorboard  log_to, read_scalars: TensorBoard's files, written and read back
    schedules    OneCycle, WarmupCosine: learning rates that change with the step
    pretrain     Pretraining: a language model's, that may be killed at any moment and goes on
    plan         Plan: what was decided before it began, its length above all
    token_stream DocumentStream, WindowStream: its rows, a function of seed and step
    held_out     bits of texts that were not learned from
    adamw        adamw, decays: matrices shrink, biases, norms and embeddings do not
    attribution  saliency, grad_cam: which pixels a trained network answers to
    adversarial  fgsm, pgd, AdversarialTraining: pictures made to fool it, and a defence

Nothing here prints numbers unless it is asked to.
"""
